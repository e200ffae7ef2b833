/**
 * The states of one call between two, as a pure function: state × event → state + what to do. Ringing ends by itself after a while; a
 * direct path that does not come up is replaced by a room, where media goes through the service.
 */
import type { Failure } from '../../connection/failure.ts';
import type { CallEnd } from '../../connection/meeting-messages.ts';

/** Why a call is over. `refused`: front did not even let it ring. `no-path`: no media got through, and no room would take it either. */
export type CallOver = CallEnd | 'own' | 'no-path' | 'moved' | 'refused';

export type CallPhase =
  /** Our offer is being made, or our answer. */
  | { readonly kind: 'preparing' }
  /** It rings at the other's. `until` is when it stops, on the page's clock. */
  | { readonly kind: 'ringing'; readonly heard: boolean; readonly elsewhere: boolean; readonly until: number }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'talking'; readonly interrupted: boolean }
  /** It goes on in a room; `opened`: which we have opened and bring the other into. */
  | { readonly kind: 'moving'; readonly opened: boolean }
  | { readonly kind: 'over'; readonly reason: CallOver; readonly failure?: Failure };

export interface CallState {
  readonly role: 'caller' | 'called';
  readonly phase: CallPhase;
  /** front's identifier; undefined until it has given one. */
  readonly call: string | undefined;
}

export type CallEvent =
  /** front rings the other. */
  | { readonly type: 'placed'; readonly call: string }
  | { readonly type: 'ringing'; readonly elsewhere: boolean }
  /** The other accepted, or front has our answer. */
  | { readonly type: 'answered' }
  | { readonly type: 'connected' }
  | { readonly type: 'interrupted' }
  /** No path, or none any more. */
  | { readonly type: 'failed' }
  | { readonly type: 'refused'; readonly failure: Failure }
  | { readonly type: 'ended'; readonly reason: CallEnd }
  | { readonly type: 'hang-up' }
  | { readonly type: 'timer' }
  /** To go on in a room, since somebody is added. */
  | { readonly type: 'open-room' }
  /** The other has opened a room and asks us there. */
  | { readonly type: 'follow' }
  /** Both are in the room. */
  | { readonly type: 'moved' };

export type CallEffect =
  | { readonly type: 'hang-up'; readonly call: string }
  /** Close the connection. */
  | { readonly type: 'close' }
  /** Open a room and bring the other there. */
  | { readonly type: 'open-room' }
  | { readonly type: 'timer'; readonly ms: number }
  | { readonly type: 'no-timer' };

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

/** It rings ten seconds (docs/people.md, "Calls between two"). */
export const RING_MS = 10_000;
/** front says that nobody answered; a page that hears nothing gives up a little later. */
export const RING_GRACE_MS = 4_000;
export const DIRECT_LIMIT_MS = 8_000;
/** The called waits longer: the room is opened by the caller. */
export const CALLED_LIMIT_MS = 20_000;
export const INTERRUPTION_LIMIT_MS = 6_000;
/** Opening a room and joining it. */
export const MOVE_LIMIT_MS = 30_000;

export function newCall(role: CallState['role'], call?: string): CallState {
  return { role, phase: { kind: 'preparing' }, call };
}

export function callStep(state: CallState, event: CallEvent, now: number): CallStep {
  const { phase } = state;
  if (phase.kind === 'over') {
    // Hung up before front had given the call a name.
    return event.type === 'placed' ? { state, effects: [{ type: 'hang-up', call: event.call }] } : stay(state);
  }
  switch (event.type) {
    case 'placed':
      return ring({ ...state, call: event.call }, now);
    case 'ringing':
      return phase.kind === 'ringing' ? { state: { ...state, phase: { ...phase, heard: true, elsewhere: event.elsewhere } }, effects: [] } : stay(state);
    case 'answered':
      return phase.kind === 'ringing' || phase.kind === 'preparing' ? connect(state) : stay(state);
    case 'connected':
      return phase.kind === 'connecting' || phase.kind === 'talking' ? enter(state, { kind: 'talking', interrupted: false }, [{ type: 'no-timer' }]) : stay(state);
    case 'interrupted':
      return phase.kind === 'talking' && !phase.interrupted ? enter(state, { kind: 'talking', interrupted: true }, [{ type: 'timer', ms: INTERRUPTION_LIMIT_MS }]) : stay(state);
    case 'failed':
      return phase.kind === 'connecting' || phase.kind === 'talking' ? fallBack(state) : stay(state);
    case 'refused':
      return over(state, { kind: 'over', reason: 'refused', failure: event.failure });
    case 'ended':
      // The other side, or front, has ended it: nothing is said back. One that moves has no use for it any more.
      return phase.kind === 'moving' ? stay({ ...state, call: undefined }) : over(state, { kind: 'over', reason: event.reason });
    case 'hang-up':
      return over(state, { kind: 'over', reason: 'own' }, true);
    case 'timer':
      return onTimer(state);
    case 'open-room':
      return phase.kind === 'talking' || phase.kind === 'connecting' ? openRoom(state) : stay(state);
    case 'follow':
      return follow(state);
    case 'moved':
      return phase.kind === 'moving' ? over(state, { kind: 'over', reason: 'moved' }, phase.opened) : stay(state);
  }
}

function onTimer(state: CallState): CallStep {
  switch (state.phase.kind) {
    case 'ringing':
      return over(state, { kind: 'over', reason: 'expired' }, true);
    case 'connecting':
    case 'talking':
      return fallBack(state, true);
    case 'moving':
      return over(state, { kind: 'over', reason: 'no-path' }, true);
    default:
      return stay(state);
  }
}

function ring(state: CallState, now: number): CallStep {
  return enter(state, { kind: 'ringing', heard: false, elsewhere: false, until: now + RING_MS }, [{ type: 'timer', ms: RING_MS + RING_GRACE_MS }]);
}

function connect(state: CallState): CallStep {
  return enter(state, { kind: 'connecting' }, [{ type: 'timer', ms: state.role === 'caller' ? DIRECT_LIMIT_MS : CALLED_LIMIT_MS }]);
}

/** The caller opens a room; the called waits for that, and not for ever. */
function fallBack(state: CallState, waited = false): CallStep {
  if (state.role === 'caller') return openRoom(state);
  if (waited && state.phase.kind === 'connecting') return over(state, { kind: 'over', reason: 'no-path' }, true);
  return connect(state);
}

function openRoom(state: CallState): CallStep {
  return enter(state, { kind: 'moving', opened: true }, [{ type: 'open-room' }, { type: 'timer', ms: MOVE_LIMIT_MS }]);
}

/** Where both opened a room at once, the caller's is the one. */
function follow(state: CallState): CallStep {
  const { phase } = state;
  const yields = phase.kind === 'moving' && phase.opened && state.role === 'called';
  if (phase.kind !== 'talking' && phase.kind !== 'connecting' && !yields) return stay(state);
  return enter(state, { kind: 'moving', opened: false }, [{ type: 'timer', ms: MOVE_LIMIT_MS }]);
}

function over(state: CallState, phase: CallPhase, hangUp = false): CallStep {
  const { call } = state;
  return enter(state, phase, [{ type: 'no-timer' }, ...(hangUp && call !== undefined ? [{ type: 'hang-up', call } as const] : []), { type: 'close' }]);
}

function enter(state: CallState, phase: CallPhase, effects: readonly CallEffect[]): CallStep {
  return { state: { ...state, phase }, effects };
}

function stay(state: CallState): CallStep {
  return { state, effects: [] };
}
