import { Agent, UdpTransport } from '../../../shared/sip/index.ts';
import { offerOf } from '../../support/sdp-fixtures.ts';
import { SIGNALING_PORT, STREAMER_PORT } from '../stage.ts';
import type { Flow } from './flow.ts';

const HOST = '127.0.0.1';
const SLOW = 'slow';

/** A streamer that rings for ever: ours answers faster than anybody can cancel. */
async function startSlowStreamer(): Promise<{ agent: Agent; ringing: Promise<void> }> {
  const agent = new Agent({ transport: await UdpTransport.bind({ host: HOST, port: STREAMER_PORT }), product: 'slow-streamer' });
  const registrar = `sip:${HOST}:${SIGNALING_PORT}`;
  const ringing = new Promise<void>((resolve) => {
    agent.onCall((call) => {
      call.ring();
      resolve();
    });
  });
  const { status } = await agent.request(
    agent.createRequest('REGISTER', registrar, {
      from: `sip:${SLOW}@${HOST}:${SIGNALING_PORT}`,
      to: `sip:${SLOW}@${HOST}:${SIGNALING_PORT}`,
      headers: { Contact: `<sip:${SLOW}@${HOST}:${STREAMER_PORT}>`, Expires: '60' },
      body: JSON.stringify({ title: 'A streamer that takes its time', codecs: { audio: ['opus'], video: ['VP8'] } }),
      contentType: 'application/json',
    }),
  );
  if (status !== 200) throw new Error(`the REGISTER of the slow streamer was answered ${status}`);
  return { agent, ringing };
}

export const cancel: Flow = {
  name: 'cancel',
  title: 'The viewer changes her mind before the answer',
  introduction:
    'The streamer here rings (180) and takes its time. The viewer closes the page before there is an answer: front sends CANCEL, which is a ' +
    'transaction of its own, answered 200 at once by each hop. The INVITE itself ends in 487 Request Terminated, and as every failure of ' +
    'an INVITE it is acknowledged hop by hop.',
  async play(stage) {
    await stage.signaling();
    const { agent, ringing } = await startSlowStreamer();
    const front = await stage.front();
    const leaving = new AbortController();
    const watching = stage.viewer(front).watch(SLOW, offerOf('chromium'), { signal: leaving.signal });
    watching.catch(() => undefined);
    await ringing;
    await stage.seen('sip.Status-Code == 180', 2);
    leaving.abort();
    await stage.seen('sip.Status-Code == 487', 2);
    await stage.seen('sip.Method == "ACK"', 2);
    await agent.close(0);
  },
};
