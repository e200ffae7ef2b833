import { beforeEach, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../../../../front/page/src/connection/failure.ts';
import { CONNECT_LIMIT_MS, INTERRUPTION_LIMIT_MS, OUTSIDE, roomStep, type RoomEffect, type RoomEvent, type RoomState } from '../../../../../../front/page/src/meeting/room/room-state.ts';
import { middle } from '../../support.ts';

let state: RoomState;
let effects: readonly RoomEffect[];
let now: number;

function on(...events: (RoomEvent | RoomEvent['type'])[]): void {
  for (const event of events) ({ state, effects } = roomStep(state, (typeof event === 'string' ? { type: event } : event) as RoomEvent, { now, random: middle }));
}

const failed = (id: FailureId): RoomEvent => ({ type: 'failed', failure: { id } });
const did = (type: RoomEffect['type']): boolean => effects.some((effect) => effect.type === type);
const timer = (): number | undefined => effects.flatMap((effect) => (effect.type === 'timer' ? [effect.ms] : [])).at(-1);
const goInside = (): void => on('join', 'joined', 'connected');

beforeEach(() => {
  state = OUTSIDE;
  effects = [];
  now = 0;
});

describe('going in', () => {
  it('waits for the person, then for media, which has its limit', () => {
    on('connected', 'timer', 'lost');
    expect(state).toEqual(OUTSIDE);
    on('join');
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'join' }]);
    on('joined');
    expect(state.phase).toEqual({ kind: 'inside', interrupted: true });
    expect(timer()).toBe(CONNECT_LIMIT_MS);
    on('connected');
    expect(state.phase).toEqual({ kind: 'inside', interrupted: false });
    expect(effects).toEqual([{ type: 'no-timer' }]);
  });

  it('is turned down with a reason that only the person can change (seeds 1.3, 2.3, 2.4, 2.5, 3.10)', () => {
    for (const id of ['room-full', 'wrong-password', 'unknown-room', 'invite-only'] as const) {
      state = OUTSIDE;
      on('join', failed(id));
      expect(state.phase).toEqual({ kind: 'outside', refusal: { id } });
      expect(did('drop')).toBe(true);
      on('timer', 'retry-now');
      expect(state.phase.kind).toBe('outside');
      on('join');
      expect(state.phase.kind).toBe('joining');
    }
  });

  it('is tried again by itself where rooms or the service are away', () => {
    on('join', failed('rooms-away'));
    expect(state.phase).toMatchObject({ kind: 'returning', failure: { id: 'rooms-away' } });
    const first = timer() ?? 0;
    on('timer');
    expect(did('join')).toBe(true);
    on(failed('service-away'));
    expect(timer()).toBeGreaterThan(first);
    on('retry-now');
    expect(state.phase.kind).toBe('joining');
  });
});

describe('a connection that is lost', () => {
  it('is made anew at once, and then with growing pauses', () => {
    goInside();
    on('lost');
    expect(state.phase.kind).toBe('joining');
    expect(did('join')).toBe(true);
    on(failed('service-away'));
    expect(state.phase.kind).toBe('returning');
    on('timer', 'joined', 'lost');
    expect(state.phase.kind).toBe('returning');
    on('timer', 'joined', 'connected', 'lost');
    expect(state.phase.kind).toBe('joining');
  });

  it('is given up when an interruption lasts', () => {
    goInside();
    on('interrupted');
    expect(state.phase).toEqual({ kind: 'inside', interrupted: true });
    expect(timer()).toBe(INTERRUPTION_LIMIT_MS);
    on('connected');
    expect(state.phase).toEqual({ kind: 'inside', interrupted: false });
    on('interrupted', 'timer');
    expect(state.phase.kind).toBe('joining');
  });

  it('comes back where front has forgotten us, or the room was gone without a word', () => {
    goInside();
    on('forgotten');
    expect(did('join')).toBe(true);
    state = OUTSIDE;
    goInside();
    on({ type: 'shown-out', reason: 'gone' });
    expect(did('join')).toBe(true);
  });
});

describe('media that never comes up', () => {
  it('is tried once more at once; then one is told why, and it is tried again by itself', () => {
    const blocked = { type: 'shown-out', reason: 'gone', failure: { id: 'no-udp', detail: 'No UDP arrived.' } } as const;
    on('join', 'joined', blocked);
    expect(did('join')).toBe(true);
    on('joined', blocked);
    expect(state.phase).toMatchObject({ kind: 'returning', failure: { id: 'no-udp', detail: 'No UDP arrived.' } });
    on('timer');
    expect(did('join')).toBe(true);
  });
});

describe('the end', () => {
  it('is one’s own: front is told, and nothing brings it back (seeds 0.18, 3.17)', () => {
    goInside();
    on('leave');
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'say-leave' }, { type: 'drop' }]);
    on('timer', 'connected', 'join', 'lost', { type: 'shown-out', reason: 'gone' });
    expect(state.phase).toEqual({ kind: 'left', reason: 'own' });
  });

  it('needs no word where one was never inside', () => {
    on('leave');
    expect(did('say-leave')).toBe(false);
  });

  it('is the room’s own, and nothing is said back', () => {
    for (const reason of ['elsewhere', 'deleted', 'closed-by-operator'] as const) {
      state = OUTSIDE;
      goInside();
      on({ type: 'shown-out', reason });
      expect(state.phase).toEqual({ kind: 'left', reason });
      expect(did('say-leave')).toBe(false);
      expect(did('drop')).toBe(true);
    }
  });
});
