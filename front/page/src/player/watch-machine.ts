/** The transitions of watching one streamer; see watch-state.ts for its states, events and effects. */
import { isConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import type { Failure } from '../connection/failure.ts';
import { isFinal, retryAfter } from './retry-policy.ts';
import type { Effect, Phase, Stage, Step, WatchEvent, WatchState } from './watch-state.ts';

/** ICE that has found no path by now will not find one. */
export const ICE_LIMIT_MS = 15_000;
/** After ICE the keys, and after the keys the first frame, come within a second on any path that works. */
export const PICTURE_LIMIT_MS = 10_000;
/** How long it may take to find out why nothing comes. */
export const DIAGNOSIS_LIMIT_MS = 1_000;
/** How long interrupted media may come back by itself before a new offer is made. */
export const RECOVERY_MS = 1_500;
/** Media that flowed this long counts as a success: earlier failures are forgotten. */
export const STEADY_MS = 10_000;

export interface MachineContext {
  /** Milliseconds on the clock that the timers run on. */
  readonly now: number;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

export function step(state: WatchState, event: WatchEvent, context: MachineContext): Step {
  switch (event.type) {
    case 'start':
      return offer(state);
    case 'retry-now':
      return state.phase.kind === 'playing' ? stay(state) : offer(state);
    case 'listed':
      return onListed(state, event.address, context);
    case 'other-tab':
      return fail(state, { id: 'other-tab' }, context);
    case 'failed':
      return state.phase.kind === 'connecting' || awaitsRegistration(state) ? fail(state, event.failure, context) : stay(state);
    case 'ended':
      return onEnded(state, event, context);
    default:
      return inPhase(state, event, context);
  }
}

type PhaseEvent = Exclude<WatchEvent, { type: 'start' | 'retry-now' | 'listed' | 'other-tab' | 'failed' | 'ended' }>;

function inPhase(state: WatchState, event: PhaseEvent, context: MachineContext): Step {
  switch (state.phase.kind) {
    case 'connecting':
      return whileConnecting(state, event, context);
    case 'playing':
      return whilePlaying(state, state.phase, event, context);
    case 'interrupted':
      return whileInterrupted(state, event, context);
    case 'waiting':
      return whileWaiting(state, state.phase, event);
  }
}

function whileConnecting(state: WatchState, event: PhaseEvent, context: MachineContext): Step {
  const { phase } = state;
  if (phase.kind !== 'connecting') return stay(state);
  switch (event.type) {
    case 'answered':
      return phase.stage === 'offer' ? enter(state, connecting('ice'), [{ type: 'timer', ms: ICE_LIMIT_MS }]) : stay(state);
    case 'ice-connected':
      return phase.stage === 'ice' ? enter(state, connecting('dtls'), [{ type: 'timer', ms: PICTURE_LIMIT_MS }]) : stay(state);
    case 'dtls-connected':
      return phase.stage === 'picture' ? stay(state) : enter(state, connecting('picture'), [{ type: 'timer', ms: PICTURE_LIMIT_MS }]);
    case 'first-media':
      return enter(state, { kind: 'playing', since: context.now, suspect: false }, [{ type: 'no-timer' }]);
    case 'connection-failed':
      return phase.stage === 'ice' ? findOut(state, phase, { id: 'connection-blocked' }) : fail(state, phase.failing ?? { id: 'connection-lost' }, context);
    case 'timer':
      if (phase.failing) return fail(state, phase.failing, context);
      return phase.stage === 'offer' ? stay(state) : findOut(state, phase, { id: phase.stage === 'ice' ? 'connection-blocked' : 'no-picture' });
    case 'diagnosed':
      return phase.failing ? fail(state, event.failure, context) : stay(state);
    case 'service-returned':
      // Our offer may have been lost with what was away; whoever is back does not know of it.
      return phase.stage === 'offer' ? offer(state) : stay(state);
    default:
      return stay(state);
  }
}

function whilePlaying(state: WatchState, phase: Phase & { kind: 'playing' }, event: PhaseEvent, context: MachineContext): Step {
  switch (event.type) {
    case 'ice-disconnected':
      return enter(state, { ...phase, suspect: true });
    case 'media-flows':
      return phase.suspect && isSettled(state) ? enter(state, { ...phase, suspect: false }) : stay(state);
    case 'connection-failed':
      return lose({ ...state, failures: failuresAfter(state, phase, context) }, context);
    case 'media-stalled': {
      const next = { ...state, failures: failuresAfter(state, phase, context) };
      if (isSettled(state)) return enter(next, { kind: 'interrupted', since: context.now }, [{ type: 'timer', ms: RECOVERY_MS }]);
      return lose(next, context);
    }
    default:
      return stay(state);
  }
}

function whileInterrupted(state: WatchState, event: PhaseEvent, context: MachineContext): Step {
  switch (event.type) {
    case 'media-flows':
    case 'first-media':
      return enter(state, { kind: 'playing', since: context.now, suspect: false }, [{ type: 'no-timer' }]);
    case 'connection-failed':
    case 'timer':
      return lose(state, context);
    default:
      return stay(state);
  }
}

function whileWaiting(state: WatchState, phase: Phase & { kind: 'waiting' }, event: PhaseEvent): Step {
  switch (event.type) {
    case 'timer':
      return phase.retryAt === undefined ? stay(state) : offer(state);
    case 'service-returned':
      return phase.retryAt !== undefined && phase.failure.retryAfterMs === undefined && phase.failure.id !== 'streamer-full' ? offer(state) : stay(state);
    default:
      return stay(state);
  }
}

/** The list was heard: the streamer came, went, or was started anew at another address. */
function onListed(before: WatchState, address: string | undefined, context: MachineContext): Step {
  const changed = before.listed !== address;
  const state = { ...before, listed: address, offeredTo: before.offeredTo === null ? address : before.offeredTo };
  const { phase } = state;
  switch (phase.kind) {
    case 'playing':
      return changed && address !== state.offeredTo ? enter(state, { ...phase, suspect: true }) : stay(state);
    case 'interrupted':
      return changed && address !== undefined ? offer(state) : stay(state);
    case 'waiting':
      if (isFinal(phase.failure)) return stay(state);
      if (changed && address !== undefined) return offer(state);
      return changed && address === undefined && phase.retryAt !== undefined ? fail(state, { id: 'streamer-absent' }, context) : stay(state);
    case 'connecting':
      return changed && address !== undefined && (address !== state.offeredTo || before.listed === undefined) ? offer(state) : stay(state);
  }
}

/** The streamer hung up, or an operator did. An answer to an offer that is still out cannot have been ended. */
function onEnded(state: WatchState, { failure, byOperator }: { readonly failure?: Failure; readonly byOperator?: boolean }, context: MachineContext): Step {
  const { phase } = state;
  if (phase.kind === 'waiting' || (phase.kind === 'connecting' && phase.stage === 'offer')) return stay(state);
  if (byOperator) return fail(state, { id: 'ended-by-operator' }, context);
  if (phase.kind === 'connecting' && (failure || phase.failing)) return findOut(state, phase, failure ?? { id: 'connection-blocked' });
  const failures = phase.kind === 'playing' ? failuresAfter(state, phase, context) : state.failures;
  return fail({ ...state, failures }, { id: state.listed === undefined ? 'streamer-absent' : 'stream-ended' }, context);
}

/** Still at the address that the offer went to, or no list says otherwise. */
function isSettled(state: WatchState): boolean {
  return state.listed === state.offeredTo;
}

function awaitsRegistration({ phase }: WatchState): boolean {
  return phase.kind === 'waiting' && phase.failure.id === 'not-registered' && phase.retryAt === undefined;
}

function failuresAfter(state: WatchState, phase: Phase & { kind: 'playing' }, context: MachineContext): number {
  return context.now - phase.since >= STEADY_MS ? 0 : state.failures;
}

/** Media is gone for good: try anew where the streamer is listed, else wait until it is. */
function lose(state: WatchState, context: MachineContext): Step {
  if (state.listed === undefined) return fail(state, { id: 'streamer-absent' }, context);
  return state.failures === 0 ? offer({ ...state, failures: 1 }) : fail(state, { id: 'connection-lost' }, context);
}

/** Nothing comes, for reasons that can be looked into for a moment. */
function findOut(state: WatchState, phase: Phase & { kind: 'connecting' }, failing: Failure): Step {
  if (phase.failing) return stay(state);
  return enter(state, { ...phase, failing }, [{ type: 'diagnose' }, { type: 'timer', ms: DIAGNOSIS_LIMIT_MS }]);
}

function connecting(stage: Stage): Phase {
  return { kind: 'connecting', stage };
}

function offer(state: WatchState): Step {
  return {
    state: { ...state, phase: connecting('offer'), offeredTo: state.listed },
    effects: [{ type: 'no-timer' }, { type: 'offer' }],
  };
}

function fail(before: WatchState, failure: Failure, context: MachineContext): Step {
  const state = { ...before, failures: before.failures + 1 };
  const retry = retryAfter(failure, state.failures, context.random);
  const waiting = { kind: 'waiting', failure } as const;
  const drop: Effect[] = [{ type: 'drop' }, ...goodbye(failure)];
  switch (retry.kind) {
    case 'after':
      return enter(state, { ...waiting, retryAt: context.now + retry.ms }, [...drop, { type: 'timer', ms: retry.ms }]);
    case 'register':
      return enter(state, waiting, [...drop, { type: 'no-timer' }, { type: 'register' }]);
    default:
      return enter(state, waiting, [...drop, { type: 'no-timer' }]);
  }
}

/** A call that stands, although nothing comes by it, is ended with the reason. */
function goodbye({ id }: Failure): Effect[] {
  if (id === 'no-picture') return [{ type: 'hang-up', failure: 'no-media' }];
  return isConnectionFailureId(id) ? [{ type: 'hang-up', failure: id }] : [];
}

function enter(state: WatchState, phase: Phase, effects: readonly Effect[] = []): Step {
  return { state: { ...state, phase }, effects };
}

function stay(state: WatchState): Step {
  return { state, effects: [] };
}
