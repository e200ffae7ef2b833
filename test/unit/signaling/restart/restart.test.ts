import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { parseMessage } from '../../../../shared/sip/parser/parser.ts';
import { SipResponse } from '../../../../shared/sip/message/message.ts';
import { serialize } from '../../../../shared/sip/serializer/serializer.ts';
import { RFC3261_TIMERS } from '../../../../shared/sip/timing/timers.ts';
import type { Address } from '../../../../shared/sip/transport/transport.ts';
import type { Streamer } from '../../../../signaling/directory/entries.ts';
import { Restart } from '../../../../signaling/restart/restart.ts';
import { binding, streamer } from '../../../support/signaling/entries.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

interface Sent {
  readonly at: number;
  readonly text: string;
  readonly to: Address;
}

describe('A restart', () => {
  let clock: VirtualClock;
  let store: VolatileStore;
  let directory: VolatileDirectory;
  let sent: Sent[];

  beforeEach(() => {
    clock = new VirtualClock();
    store = new VolatileStore();
    sent = [];
  });

  function begin(...streamers: Streamer[]): Restart {
    store.streamers = streamers;
    directory = new VolatileDirectory(clock, store);
    const restart = new Restart({
      directory,
      clock,
      timers: RFC3261_TIMERS,
      newTag: () => 'ours',
      send: (response, to) => sent.push({ at: clock.now(), text: serialize(response).toString(), to }),
      log: silentLogger,
    });
    restart.begin();
    return restart;
  }

  it('sends each streamer a 403 that answers its own registration (seed 4.15)', async () => {
    begin(streamer('camera', { bindings: [binding('camera', { callId: 'abc', cseq: 7, source: { host: '127.0.0.1', port: 9998 } })] }));
    await clock.advance(0);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.to).toEqual({ host: '127.0.0.1', port: 9998 });
    const response = parseMessage(Buffer.from(sent[0]?.text ?? ''));
    if (!(response instanceof SipResponse)) throw new Error('no response');
    expect([response.status, response.callId, response.cseq, response.headers.get('Via'), response.headers.get('From'), response.headers.get('To')]).toEqual([
      403,
      'abc',
      { number: 7, method: 'REGISTER' },
      'SIP/2.0/UDP 127.0.0.1:9997;branch=z9hG4bK1;rport=9997',
      '<sip:camera@127.0.0.1>;tag=1',
      '<sip:camera@127.0.0.1>;tag=ours',
    ]);
  });

  it('repeats it, the same to the byte, with doubled pauses up to 4 s, until 64·T1 (seed 4.15)', async () => {
    const restart = begin(streamer('camera'));
    await clock.advance(60_000);
    expect(sent.map(({ at }) => at)).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
    expect([restart.waiting, directory.streamers.size, store.streamers.length]).toEqual([0, 0, 0]);
  });

  it('repeats it until that streamer has registered again, and no longer (seed 4.15)', async () => {
    const restart = begin(streamer('camera'), streamer('other', { bindings: [binding('other', { source: { host: '127.0.0.1', port: 9000 } })] }));
    await clock.advance(2000);
    await clock.until(directory.streamers.put(streamer('camera')));
    await clock.advance(60_000);
    expect(sent.filter(({ to }) => to.port === 9997).map(({ at }) => at)).toEqual([0, 500, 1500]);
    expect(sent.filter(({ to }) => to.port === 9000)).toHaveLength(11);
    expect([restart.waiting, [...directory.streamers.values()].map(({ name }) => name)]).toEqual([0, ['camera']]);
  });

  it('remembers those that have not come back, should it happen again', async () => {
    begin(streamer('camera'));
    await clock.advance(5000);
    expect(store.streamers).toMatchObject([{ name: 'camera', forgotten: true }]);
    begin(...store.streamers);
    sent = [];
    await clock.advance(0);
    expect(sent).toHaveLength(1);
  });

  it('tells a registration with several contacts once, and several registrations each', async () => {
    begin(
      streamer('camera', {
        bindings: [binding('camera', { callId: 'a' }), binding('camera', { callId: 'a', contact: 'sip:x@y' }), binding('camera', { callId: 'b' })],
      }),
    );
    await clock.advance(0);
    expect(sent).toHaveLength(2);
  });

  it('tells a streamer of the original, whose file has neither Via nor tags', async () => {
    begin(streamer('camera', { bindings: [binding('camera', { via: '', from: '<sip:camera@127.0.0.1>' })] }));
    await clock.advance(0);
    expect(sent[0]?.text).toContain('Via: SIP/2.0/UDP 127.0.0.1:9997;branch=');
  });

  it('goes on when the file holds what no header can', async () => {
    begin(streamer('broken', { bindings: [binding('broken', { from: 'a\r\nb' })] }), streamer('camera'));
    await clock.advance(1);
    expect(sent).toHaveLength(1);
  });

  it('spreads ten thousand over five seconds', async () => {
    begin(...Array.from({ length: 10_000 }, (_, index) => streamer(`s${index}`)));
    clock.tick(499);
    expect(sent).toHaveLength(999);
    clock.tick(4501);
    expect(new Set(sent.map(({ text }) => text)).size).toBe(10_000);
  });
});
