import { describe, expect, it } from 'vitest';
import { EarlyDatagrams } from '../../../../streamer/relay/early-datagrams.ts';
import type { MediaEndpoint, MediaPort } from '../../../../streamer/webrtc/media-port.ts';

/** A port with one user name. */
function setUp() {
  const state = { closed: 0, name: '' };
  let receive: (datagram: Buffer, host: string, port: number) => void = () => undefined;
  const port: Pick<MediaPort, 'attach'> = {
    attach: (name, heard) => {
      state.name = name;
      receive = heard;
      return { close: () => state.closed++ } as unknown as MediaEndpoint;
    },
  };
  return { state, early: new EarlyDatagrams(port, 'ours'), receive: (text: string) => receive(Buffer.from(text), '192.0.2.1', 7) };
}

describe('what comes before the answer', () => {
  it('is kept under our name until somebody takes it', () => {
    const { state, early, receive } = setUp();
    receive('one');
    receive('two');
    expect([state.name, state.closed]).toEqual(['ours', 0]);
    expect(early.release().map(({ data, host, port }) => [data.toString(), host, port])).toEqual([['one', '192.0.2.1', 7], ['two', '192.0.2.1', 7]]);
    expect(state.closed).toBe(1);
    expect(early.release()).toEqual([]);
  });

  it('is forgotten beyond what an honest origin sends', () => {
    const { early, receive } = setUp();
    for (let time = 0; time < 1_000; time++) receive('again');
    expect(early.release()).toHaveLength(32);
  });
});
