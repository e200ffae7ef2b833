import { describe, expect, it } from 'vitest';
import { sipUri } from '../../../shared/sip/message/uri.ts';
import { DAEMON, Stage } from '../../support/signaling/stage.ts';

const CALLS = 200;

describe('Over a network that loses three datagrams in ten, doubles one and mixes up their order', () => {
  const impairment = { loss: 0.3, duplication: 0.1, maxDelayMs: 20 };

  it(`the daemon carries ${CALLS} of ${CALLS} calls, each executed once (seed 4.13)`, async () => {
    const stage = new Stage({}, impairment);
    const streamer = await stage.streamer('camera', 9997);
    const rung: string[] = [];
    streamer.onCall((call) => {
      rung.push(call.callId);
      // A lost ACK is the caller's to repeat; whether this one ever comes is not asked here.
      call.accept(202, 'v=0\r\n').catch(() => undefined);
    });
    const front = stage.agent(5065);
    const answered = Array.from({ length: CALLS }, () => {
      const invite = front.createRequest('INVITE', sipUri('camera', DAEMON.host, DAEMON.port), { from: 'sip:v@127.0.0.1', body: 'v=0\r\n', contentType: 'application/sdp' });
      return front.invite(invite, { nextHop: DAEMON }).answered;
    });
    const answers = await stage.clock.until(Promise.all(answered));
    expect(answers.every(({ response }) => response.status === 202)).toBe(true);
    expect([rung.length, new Set(rung).size]).toEqual([CALLS, CALLS]);
    await stage.clock.until(Promise.all(answers.map(({ dialog }) => dialog.bye())));
    await stage.clock.advance(40_000);
    expect(stage.sessions().filter(({ state }) => state !== 'connection-finished')).toEqual([]);
  });

  it('fifty streamers register, each once, and all of them again after a restart (seeds 4.10, 4.13, 4.15)', async () => {
    const stage = new Stage({}, impairment);
    const names = Array.from({ length: 50 }, (_, index) => `camera ${index}`);
    await Promise.all(
      names.map(async (name, index) => {
        const agent = await stage.streamer(name, 20_000 + index);
        agent.onStrayResponse((response) => {
          if (response.status !== 403 || stage.directory.streamers.get(name)?.forgotten !== true) return;
          const again = agent.createRequest('REGISTER', 'sip:127.0.0.1:5060', {
            from: sipUri(name, '127.0.0.1'),
            to: sipUri(name, '127.0.0.1'),
            callId: response.callId,
            cseq: response.cseq.number + 1,
            headers: { Contact: `<${sipUri(name, '127.0.0.1', agent.local.port)}>` },
          });
          agent.request(again, { nextHop: DAEMON }).catch(() => undefined);
        });
      }),
    );
    expect(stage.store.streamers).toHaveLength(names.length);
    await stage.restart();
    await stage.clock.advance(32_000);
    expect([...stage.directory.streamers.values()].filter(({ forgotten }) => !forgotten).map(({ name }) => name).sort()).toEqual(names.sort());
  });
});
