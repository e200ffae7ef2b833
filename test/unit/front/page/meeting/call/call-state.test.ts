import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  callStep, CALLED_LIMIT_MS, DIRECT_LIMIT_MS, INTERRUPTION_LIMIT_MS, newCall, RING_GRACE_MS, RING_MS, type CallEffect, type CallEvent, type CallState,
} from '../../../../../../front/page/src/meeting/call/call-state.ts';

let state: CallState;
let effects: readonly CallEffect[];
const now = 500;

function on(...events: (CallEvent | CallEvent['type'])[]): void {
  for (const event of events) ({ state, effects } = callStep(state, (typeof event === 'string' ? { type: event } : event) as CallEvent, now));
}

const placed: CallEvent = { type: 'placed', call: 'c1' };
const did = (type: CallEffect['type']): boolean => effects.some((effect) => effect.type === type);
const timer = (): number | undefined => effects.flatMap((effect) => (effect.type === 'timer' ? [effect.ms] : [])).at(-1);
const talk = (): void => on(placed, 'answered', 'connected');

beforeEach(() => {
  state = newCall('caller');
  effects = [];
});

describe('ringing', () => {
  it('lasts ten seconds, and a little until front has said so (seed 0.7)', () => {
    on(placed);
    expect(state.phase).toEqual({ kind: 'ringing', heard: false, elsewhere: false, until: now + RING_MS });
    expect(timer()).toBe(RING_MS + RING_GRACE_MS);
    on({ type: 'ended', reason: 'expired' });
    expect(state.phase).toEqual({ kind: 'over', reason: 'expired' });
    expect(did('hang-up')).toBe(false);
  });

  it('is given up by itself where front says nothing', () => {
    on(placed, 'timer');
    expect(state.phase).toEqual({ kind: 'over', reason: 'expired' });
    expect(effects).toContainEqual({ type: 'hang-up', call: 'c1' });
  });

  it('tells of somebody who is in another call (seed 0.6)', () => {
    on(placed, { type: 'ringing', elsewhere: true });
    expect(state.phase).toMatchObject({ heard: true, elsewhere: true });
  });

  it('is cancelled by hanging up, also before front has named the call (seed 0.13)', () => {
    on(placed, 'hang-up');
    expect(effects).toContainEqual({ type: 'hang-up', call: 'c1' });
    state = newCall('caller');
    on('hang-up');
    expect(did('hang-up')).toBe(false);
    expect(did('close')).toBe(true);
    on({ type: 'placed', call: 'c2' });
    expect(effects).toEqual([{ type: 'hang-up', call: 'c2' }]);
  });

  it('ends with whatever the other side says, and nothing bounces back (seeds 0.13, 1.11)', () => {
    for (const reason of ['declined', 'busy', 'away', 'failed'] as const) {
      state = newCall('caller');
      on(placed, { type: 'ended', reason });
      expect(state.phase).toEqual({ kind: 'over', reason });
      expect(effects).toEqual([{ type: 'no-timer' }, { type: 'close' }]);
    }
  });

  it('never happens where front refuses', () => {
    on({ type: 'refused', failure: { id: 'too-many-invitations' } });
    expect(state.phase).toMatchObject({ kind: 'over', reason: 'refused', failure: { id: 'too-many-invitations' } });
  });
});

describe('talking', () => {
  it('begins when a path is found in time', () => {
    on(placed, 'answered');
    expect(timer()).toBe(DIRECT_LIMIT_MS);
    on('connected');
    expect(state.phase).toEqual({ kind: 'talking', interrupted: false });
    expect(did('no-timer')).toBe(true);
  });

  it('ends when either hangs up; only one of them says so (seed 1.11)', () => {
    talk();
    on('hang-up');
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'hang-up', call: 'c1' }, { type: 'close' }]);
    state = newCall('called', 'c1');
    on('answered', 'connected', { type: 'ended', reason: 'hung-up' });
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'close' }]);
    on('hang-up', 'timer', 'connected', 'failed');
    expect(effects).toEqual([]);
  });

  it('survives a short interruption, and moves to a room after a long one', () => {
    talk();
    on('interrupted');
    expect(timer()).toBe(INTERRUPTION_LIMIT_MS);
    on('connected');
    expect(state.phase).toEqual({ kind: 'talking', interrupted: false });
    on('interrupted', 'timer');
    expect(did('open-room')).toBe(true);
  });
});

describe('without a direct path (seed 2.21)', () => {
  it('the caller opens a room, after eight seconds or at once when the browser gives up', () => {
    on(placed, 'answered', 'timer');
    expect(state.phase).toEqual({ kind: 'moving', opened: true });
    expect(did('open-room')).toBe(true);
    state = newCall('caller');
    on(placed, 'answered', 'failed');
    expect(did('open-room')).toBe(true);
    on('moved');
    expect(effects).toContainEqual({ type: 'hang-up', call: 'c1' });
    expect(state.phase).toEqual({ kind: 'over', reason: 'moved' });
  });

  it('the called waits for that, follows, and says no bye', () => {
    state = newCall('called', 'c1');
    on('answered');
    expect(timer()).toBe(CALLED_LIMIT_MS);
    on('failed');
    expect(state.phase.kind).toBe('connecting');
    on('follow');
    expect(state.phase).toEqual({ kind: 'moving', opened: false });
    on({ type: 'ended', reason: 'hung-up' });
    expect(state.phase.kind).toBe('moving');
    on('moved');
    expect(did('hang-up')).toBe(false);
    expect(state.phase).toEqual({ kind: 'over', reason: 'moved' });
  });

  it('the called gives up where nobody opens a room', () => {
    state = newCall('called', 'c1');
    on('answered', 'timer');
    expect(state.phase).toEqual({ kind: 'over', reason: 'no-path' });
    expect(did('hang-up')).toBe(true);
  });

  it('where both open one at once, the caller’s is taken', () => {
    talk();
    on('open-room', 'follow');
    expect(state.phase).toEqual({ kind: 'moving', opened: true });
    state = newCall('called', 'c1');
    on('answered', 'connected', 'open-room', 'follow');
    expect(state.phase).toEqual({ kind: 'moving', opened: false });
  });
});

it('never hangs up twice, whatever happens in whatever order (seeds 1.11, 0.9)', () => {
  const types = ['ringing', 'answered', 'connected', 'interrupted', 'failed', 'hang-up', 'timer', 'open-room', 'follow', 'moved'] as const;
  const any = fc.oneof(
    fc.constantFrom(...types).map((type) => (type === 'ringing' ? { type, elsewhere: false } : { type }) as CallEvent),
    fc.constant<CallEvent>({ type: 'ended', reason: 'hung-up' }),
  );
  fc.assert(
    fc.property(fc.constantFrom<CallState>(newCall('caller'), newCall('called', 'c1')), fc.array(any, { maxLength: 20 }), (first, events) => {
      let present = first;
      let hangUps = 0;
      for (const event of [...(first.role === 'caller' ? [placed] : []), ...events]) {
        const step = callStep(present, event, now);
        present = step.state;
        hangUps += step.effects.filter(({ type }) => type === 'hang-up').length;
      }
      expect(hangUps).toBeLessThanOrEqual(1);
    }),
  );
});
