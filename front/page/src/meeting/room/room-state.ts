/**
 * The states of being in a room, as a pure function: state × event → state + what to do. A connection that is lost is made anew by
 * joining again, with growing pauses, until the room itself says that it is over or the person leaves.
 */
import { backoffMs, SERVICE_BACKOFF } from '../../connection/backoff.ts';
import type { Failure, FailureId } from '../../connection/failure.ts';
import type { ShownOut } from '../../connection/meeting-messages.ts';

export type RoomPhase =
  /** Before the first joining: devices are chosen, a password is typed. `refusal`: why the last attempt was turned down. */
  | { readonly kind: 'outside'; readonly refusal?: Failure }
  | { readonly kind: 'joining' }
  | { readonly kind: 'inside'; readonly interrupted: boolean }
  /** Comes back by itself: at `retryAt`, or now. */
  | { readonly kind: 'returning'; readonly failure: Failure; readonly retryAt?: number }
  /** Over for good, by the service's word or one's own. */
  | { readonly kind: 'left'; readonly reason: ShownOut | 'own' };

export interface RoomState {
  readonly phase: RoomPhase;
  /** Attempts that failed in a row. */
  readonly failures: number;
}

export type RoomEvent =
  | { readonly type: 'join' }
  | { readonly type: 'joined' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'connected' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'lost' }
  /** `failure`: why, where media never came up. */
  | { readonly type: 'shown-out'; readonly reason: ShownOut; readonly failure?: Failure }
  /** front knows nothing of our being inside any more. */
  | { readonly type: 'forgotten' }
  | { readonly type: 'timer' }
  | { readonly type: 'retry-now' }
  | { readonly type: 'leave' };

export type RoomEffect =
  /** Close what there is and join. */
  | { readonly type: 'join' }
  | { readonly type: 'drop' }
  /** Tell front that we go. */
  | { readonly type: 'say-leave' }
  | { readonly type: 'timer'; readonly ms: number }
  | { readonly type: 'no-timer' };

export interface RoomStep {
  readonly state: RoomState;
  readonly effects: readonly RoomEffect[];
}

export interface RoomContext {
  readonly now: number;
  readonly random: () => number;
}

export const OUTSIDE: RoomState = { phase: { kind: 'outside' }, failures: 0 };

/** Joined, yet no media gets through: given up after this long. */
export const CONNECT_LIMIT_MS = 12_000;
/** Media that was interrupted this long does not come back: browsers need half a minute to say so. */
export const INTERRUPTION_LIMIT_MS = 6_000;

/** Nothing but the person can make another thing of these. */
const REFUSALS: ReadonlySet<FailureId> = new Set(['unknown-room', 'invite-only', 'wrong-password', 'room-full', 'no-webrtc', 'invalid-token', 'malformed-request']);
/** Reasons for which one was shown out and comes back by oneself. */
const PASSING: ReadonlySet<ShownOut> = new Set(['gone', 'rooms-away']);

export function isRefusal(failure: Failure): boolean {
  return REFUSALS.has(failure.id);
}

export function roomStep(state: RoomState, event: RoomEvent, context: RoomContext): RoomStep {
  const { phase } = state;
  if (phase.kind === 'left') return stay(state);
  switch (event.type) {
    case 'join':
      return phase.kind === 'outside' ? join(state) : stay(state);
    case 'leave': {
      const known = phase.kind === 'inside' || phase.kind === 'joining' || phase.kind === 'returning';
      return enter(state, { kind: 'left', reason: 'own' }, [{ type: 'no-timer' }, ...(known ? [{ type: 'say-leave' } as const] : []), { type: 'drop' }]);
    }
    case 'joined':
      // Until media flows it counts as interrupted, which has its limit.
      return phase.kind === 'joining' ? enter(state, { kind: 'inside', interrupted: true }, [{ type: 'timer', ms: CONNECT_LIMIT_MS }]) : stay(state);
    case 'failed':
      return phase.kind === 'joining' ? fail(state, event.failure, context) : stay(state);
    case 'connected':
      return phase.kind === 'inside' ? { state: { phase: { kind: 'inside', interrupted: false }, failures: 0 }, effects: [{ type: 'no-timer' }] } : stay(state);
    case 'interrupted':
      return phase.kind === 'inside' && !phase.interrupted ? enter(state, { kind: 'inside', interrupted: true }, [{ type: 'timer', ms: INTERRUPTION_LIMIT_MS }]) : stay(state);
    case 'lost':
    case 'forgotten':
      return phase.kind === 'inside' ? comeBack(state, context) : stay(state);
    case 'shown-out':
      if (phase.kind === 'outside') return stay(state);
      if (PASSING.has(event.reason)) return phase.kind === 'inside' ? comeBack(state, context, event.failure ?? { id: event.reason === 'rooms-away' ? 'rooms-away' : 'connection-lost' }) : stay(state);
      return enter(state, { kind: 'left', reason: event.reason }, [{ type: 'no-timer' }, { type: 'drop' }]);
    case 'timer':
      if (phase.kind === 'returning') return join(state);
      return phase.kind === 'inside' && phase.interrupted ? comeBack(state, context, { id: state.failures === 0 ? 'connection-lost' : 'connection-blocked' }) : stay(state);
    case 'retry-now':
      return phase.kind === 'returning' && phase.retryAt !== undefined ? join(state) : stay(state);
  }
}

function join(state: RoomState): RoomStep {
  return enter(state, { kind: 'joining' }, [{ type: 'no-timer' }, { type: 'join' }]);
}

/** The first attempt to come back is made at once. */
function comeBack(state: RoomState, context: RoomContext, failure: Failure = { id: 'connection-lost' }): RoomStep {
  if (state.failures > 0) return fail(state, failure, context);
  return join({ ...state, failures: 1 });
}

function fail(before: RoomState, failure: Failure, { now, random }: RoomContext): RoomStep {
  if (isRefusal(failure)) return { state: { phase: { kind: 'outside', refusal: failure }, failures: 0 }, effects: [{ type: 'no-timer' }, { type: 'drop' }] };
  const state = { ...before, failures: before.failures + 1 };
  const ms = Math.max(failure.retryAfterMs ?? 0, backoffMs(state.failures, SERVICE_BACKOFF, random));
  return enter(state, { kind: 'returning', failure, retryAt: now + ms }, [{ type: 'drop' }, { type: 'timer', ms }]);
}

function enter(state: RoomState, phase: RoomPhase, effects: readonly RoomEffect[]): RoomStep {
  return { state: { ...state, phase }, effects };
}

function stay(state: RoomState): RoomStep {
  return { state, effects: [] };
}
