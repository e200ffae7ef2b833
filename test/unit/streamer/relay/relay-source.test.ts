import { describe, expect, it } from 'vitest';
import { Encoding } from '../../../../streamer/forwarding/encoding.ts';
import type { Subscriber } from '../../../../streamer/forwarding/publication.ts';
import { RelaySource } from '../../../../streamer/relay/relay-source.ts';
import { VP8, type MediaFrame } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const KEY = Buffer.concat([hex('10 10'), Buffer.alloc(9)]);
const INTER = Buffer.concat([hex('10 11'), Buffer.alloc(9)]);

function setUp() {
  const clock = new VirtualClock();
  const source = new RelaySource({ tracks: [{ id: 0, kind: 'video', codec: VP8 }], clock });
  const frames: MediaFrame[] = [];
  const asked: number[] = [];
  /** A call, whose clock and numbers begin anywhere. */
  const call = (firstTimestamp: number, { onDemand = false } = {}) => {
    let subscriber: Subscriber | undefined;
    source.follow({ path: [{ id: 'origin', onDemand }], subscribe: (_, each) => (subscriber = each) });
    const encoding = new Encoding({ ssrc: 5, kind: 'video', clockRate: 90_000, askForKeyframe: () => asked.push(clock.now()), now: clock.now(), raw: true });
    const begun = clock.now();
    let sequence = firstTimestamp & 0xffff;
    return (payload: Buffer) => {
      const timestamp = (firstTimestamp + (clock.now() - begun) * 90) % 2 ** 32;
      const packet = encoding.receive({ timestamp, marker: true }, sequence++ & 0xffff, payload, clock.now(), false);
      if (packet) subscriber?.receive(encoding, packet, clock.now());
    };
  };
  const listen = () => source.onFrame((frame) => frames.push(frame));
  return { clock, source, frames, asked, call, listen };
}

const numbers = (frames: readonly MediaFrame[]) => frames.map(({ keyframe, packets }) => [keyframe, ...packets.map(({ index, frame, timestamp }) => [index, frame, timestamp])]);

describe('what is relayed, as a source', () => {
  it('goes on in its numbers and times over another call, from a keyframe', () => {
    const { clock, frames, call, listen } = setUp();
    listen();
    const first = call(4_000_000_000);
    first(KEY);
    clock.tick(40);
    first(INTER);
    clock.tick(1_000);
    const second = call(17);
    second(INTER);
    second(KEY);
    clock.tick(40);
    second(INTER);
    expect(numbers(frames)).toEqual([
      [true, [0, 0, 0]],
      [false, [1, 1, 3_600]],
      [true, [2, 2, 93_600]],
      [false, [3, 3, 97_200]],
    ]);
  });

  it('never goes back in time, though what another call begins with was shown already', () => {
    const { clock, frames, call, listen } = setUp();
    listen();
    const first = call(0);
    first(KEY);
    clock.tick(40);
    first(INTER);
    const second = call(1_000);
    second(KEY);
    const times = frames.map(({ packets }) => packets[0]?.timestamp ?? 0);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(new Set(times).size).toBe(3);
  });

  it('keeps what comes before anybody listens, from the latest keyframe on', () => {
    const { clock, frames, call, listen } = setUp();
    const first = call(0);
    for (const payload of [KEY, INTER, KEY, INTER]) {
      first(payload);
      clock.tick(40);
    }
    listen();
    first(INTER);
    expect(frames.map(({ keyframe }) => keyframe)).toEqual([true, false, false]);
  });

  it('asks an origin that makes keyframes for one, at most each 400 ms, and none that does not', () => {
    const { clock, source, asked, call } = setUp();
    const first = call(0);
    first(KEY);
    expect(source.requestKeyframe).toBeUndefined();
    const second = call(0, { onDemand: true });
    second(KEY);
    for (let time = 0; time < 100; time++) {
      source.requestKeyframe?.();
      clock.tick(3);
    }
    expect(asked).toEqual([0]);
    clock.tick(100);
    source.requestKeyframe?.();
    expect(asked).toEqual([0, 400]);
  });

  it('asks any origin for one where what came cannot be shown', () => {
    const { asked, call } = setUp();
    call(0)(INTER);
    expect(asked).toEqual([0]);
  });
});
