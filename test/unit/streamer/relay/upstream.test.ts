import { describe, expect, it } from 'vitest';
import { Upstream } from '../../../../streamer/relay/upstream.ts';
import type { UpstreamCall } from '../../../../streamer/relay/upstream-call.ts';
import { UpstreamError } from '../../../../streamer/relay/upstream-error.ts';
import { OPUS } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

/** A call whose media and end come when a test says so. */
class ScriptedCall {
  readonly tracks = [{ kind: 'audio', codec: OPUS }] as const;
  readonly path = [];
  readonly callId = 'a call';
  closed = false;
  lost = 0;
  media: () => void = () => undefined;
  end: (why: string) => void = () => undefined;

  onMedia(listener: () => void): void {
    this.media = listener;
  }

  onEnded(listener: (why: string) => void): void {
    this.end = listener;
  }

  subscribe(): void {
    // Nobody here takes packets.
  }

  figures(): { bitsPerSecond: number; packetsLost: number } {
    return { bitsPerSecond: 1_000, packetsLost: this.lost };
  }

  close(): void {
    this.closed = true;
  }
}

function setUp({ idleStopMs = 30_000 } = {}) {
  const clock = new VirtualClock();
  const calls: ScriptedCall[] = [];
  const said: string[] = [];
  const changes: string[] = [];
  const state = { refuse: undefined as UpstreamError | undefined, follows: true, callTimes: [] as number[], ticks: 0 };
  const log = { debug: () => undefined, info: note, warn: note, error: note, child: () => log };
  function note(fields: object | string, message?: string): void {
    said.push(typeof fields === 'string' ? fields : (message ?? ''));
  }
  const upstream = new Upstream({
    name: 'origin',
    call: () => {
      state.callTimes.push(clock.now());
      if (state.refuse) return Promise.reject(state.refuse);
      const call = new ScriptedCall();
      calls.push(call);
      return Promise.resolve(call as unknown as UpstreamCall);
    },
    follow: () => state.follows,
    onChanged: (why) => changes.push(why),
    tick: () => state.ticks++,
    idleStopMs,
    clock,
    random: () => 0,
    log,
  });
  const first = () => {
    const call = new ScriptedCall();
    upstream.begin(call as unknown as UpstreamCall);
    return call;
  };
  return { clock, upstream, calls, said, changes, state, first };
}

describe('what comes from an origin', () => {
  it('is called again 100 ms after it has ended, then after twice as long each time up to two seconds, and from anew after a good call', async () => {
    const { clock, upstream, state, calls, first } = setUp();
    const call = first();
    upstream.audience(1);
    call.media();
    expect(upstream.state).toBe('connected');
    state.refuse = new UpstreamError('origin is not there');
    call.end('nothing came for 500 ms');
    expect(upstream.state).toBe('waiting');
    await clock.advance(8_000);
    const waits = state.callTimes.map((time, index) => time - (state.callTimes[index - 1] ?? 0));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(upstream.away).toEqual({ ms: 8_000, why: 'origin is not there' });
    state.refuse = undefined;
    await clock.advance(2_000);
    calls[0]?.media();
    expect(upstream.away).toBeUndefined();
    await clock.advance(3_001);
    const before = clock.now();
    calls[0]?.end('origin has hung up');
    await clock.advance(100);
    expect(state.callTimes.at(-1)).toBe(before + 100);
    expect(upstream.calls).toEqual({ answered: 2, failed: 7 });
  });

  it('is waited for longer and longer where it ends again and again as soon as it has begun', async () => {
    const { clock, upstream, state, calls } = setUp();
    upstream.audience(1);
    await clock.advance(0);
    const ended: number[] = [];
    for (let time = 0; time < 4; time++) {
      calls.at(-1)?.media();
      ended.push(clock.now());
      calls.at(-1)?.end('it broke');
      await clock.advance(2_500);
    }
    expect(state.callTimes.slice(1).map((time, index) => time - (ended[index] ?? 0))).toEqual([100, 200, 400, 800]);
  });

  it('says once what is wrong, however often it is tried, and again when something else is', async () => {
    const { clock, upstream, said, state } = setUp();
    state.refuse = new UpstreamError('origin is not there');
    upstream.audience(1);
    await clock.advance(10_000);
    state.refuse = new UpstreamError('origin has as many viewers as it takes');
    await clock.advance(10_000);
    expect(said).toEqual(['origin is not there: origin is called again until it answers', 'origin has as many viewers as it takes: origin is called again until it answers']);
  });

  it('is let go a while after the last viewer has left, and called for the next', async () => {
    const { clock, upstream, calls, first } = setUp();
    const call = first();
    await clock.advance(29_000);
    expect(call.closed).toBe(false);
    upstream.audience(1);
    upstream.audience(0);
    await clock.advance(29_999);
    expect(call.closed).toBe(false);
    await clock.advance(1);
    expect(call.closed).toBe(true);
    expect(upstream.state).toBe('resting');
    upstream.audience(1);
    await clock.advance(0);
    expect(calls).toHaveLength(1);
  });

  it('is never let go where it is to be kept', async () => {
    const { clock, upstream, first } = setUp({ idleStopMs: Infinity });
    const call = first();
    upstream.audience(1);
    upstream.audience(0);
    await clock.advance(3_600_000);
    expect(call.closed).toBe(false);
  });

  it('is hung up where the answer comes when nobody wants it any more', async () => {
    const { clock, upstream, calls } = setUp({ idleStopMs: 0 });
    upstream.audience(1);
    upstream.audience(0);
    clock.tick(0);
    await clock.advance(0);
    expect(calls.map(({ closed }) => closed)).toEqual([true]);
    expect(upstream.state).toBe('resting');
  });

  it.each([
    ['in other codecs', (state: { follows: boolean }) => (state.follows = false), 'origin sends something else than before'],
    ['not at all to a relay', (state: { refuse: UpstreamError | undefined }) => (state.refuse = new UpstreamError('origin cannot be relayed', true)), 'origin cannot be relayed'],
  ])('that comes %s begins anew as something else', async (_, become, why) => {
    const { clock, upstream, changes, state, first } = setUp();
    const call = first();
    upstream.audience(1);
    become(state);
    call.end('it broke');
    await clock.advance(60_000);
    expect(changes).toEqual([why]);
    expect(state.callTimes).toHaveLength(1);
  });

  it('is no more after the end, and nothing goes on', async () => {
    const { clock, upstream, state, first } = setUp();
    const call = first();
    call.lost = 3;
    upstream.close();
    expect(call.closed).toBe(true);
    const { ticks } = state;
    upstream.audience(1);
    await clock.advance(60_000);
    expect([state.callTimes.length, state.ticks, clock.pending]).toEqual([0, ticks, 0]);
    expect(upstream.figures()).toEqual({ bitsPerSecond: 0, packetsLost: 3 });
  });
});
