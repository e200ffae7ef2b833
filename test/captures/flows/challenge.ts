import { Agent, UdpTransport } from '../../../shared/sip/index.ts';
import { offerOf } from '../../support/sdp-fixtures.ts';
import { SIGNALING_PORT, STREAMER, STREAMER_PORT } from '../stage.ts';
import type { Flow } from './flow.ts';

const HOST = '127.0.0.1';
/** In no message: what travels is a digest of it, which captures blank. */
const SHARED = 'tea at five';
const GUESS = 'tea at four';

/** Somebody who would like to be the streamer, and only guesses. */
async function pretend(): Promise<void> {
  const domain = `${HOST}:${SIGNALING_PORT}`;
  const transport = await UdpTransport.bind({ host: HOST, port: 0 });
  const agent = new Agent({ transport, product: 'pretender', credentials: { username: STREAMER, password: GUESS } });
  const registration = agent.createRequest('REGISTER', `sip:${domain}`, {
    from: `sip:${STREAMER}@${domain}`,
    to: `sip:${STREAMER}@${domain}`,
    headers: { Contact: `<sip:${STREAMER}@${HOST}:${transport.local.port}>`, Expires: '60' },
  });
  const { status } = await agent.request(registration);
  if (status !== 401) throw new Error(`the pretender was answered ${status}`);
  await agent.close(0);
}

export const challenge: Flow = {
  name: 'challenge',
  title: 'The daemon asks everybody for a proof',
  introduction:
    'All three services were started with one `--secret`. Each is asked for a proof (401 with a challenge), and shows it unasked from then on: a digest (RFC 8760) ' +
    'of the secret, of what is asked, and of a nonce of the daemon. What belongs to a call is not challenged. Before them came somebody who only guesses.',
  async play(stage) {
    const secret = ['--secret', SHARED];
    await stage.signaling(...secret);
    await pretend();
    await stage.streamer({ args: secret });
    const front = await stage.front({ args: secret });
    const viewer = stage.viewer(front);
    await viewer.watch(STREAMER, offerOf('chromium'));
    await stage.seen(`sip.Method == "ACK" && udp.dstport == ${STREAMER_PORT}`);
    await viewer.post('/leave');
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
  },
};
