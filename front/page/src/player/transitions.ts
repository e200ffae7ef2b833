/** What several states of watch-machine.ts do alike: offer, give up an attempt, look into a failure. */
import { isConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import type { Failure } from '../connection/failure.ts';
import { retryAfter } from './retry-policy.ts';
import type { Effect, Phase, Stage, Step, WatchState } from './watch-state.ts';

/** ICE that has found no path by now will not find one. */
export const ICE_LIMIT_MS = 15_000;
/** After ICE the keys, and after the keys the first frame, come within a second on any path that works. */
export const PICTURE_LIMIT_MS = 10_000;
/** Media that flowed this long counts as a success: earlier failures are forgotten. */
export const STEADY_MS = 10_000;

export interface MachineContext {
  /** Milliseconds on the clock that the timers run on. */
  readonly now: number;
  /** Gives a number in [0, 1). */
  readonly random: () => number;
}

export function enter(state: WatchState, phase: Phase, effects: readonly Effect[] = []): Step {
  return { state: { ...state, phase }, effects };
}

export function stay(state: WatchState): Step {
  return { state, effects: [] };
}

export function connecting(stage: Stage): Phase {
  return { kind: 'connecting', stage };
}

/** How long a stage may take; the request for an answer has a limit of its own. */
export function stageTimer(stage: Stage): Effect {
  return stage === 'offer' ? { type: 'no-timer' } : { type: 'timer', ms: stage === 'ice' ? ICE_LIMIT_MS : PICTURE_LIMIT_MS };
}

export function offer(state: WatchState): Step {
  return {
    state: { ...state, phase: connecting('offer'), offeredTo: state.listed, recall: undefined },
    effects: [{ type: 'no-timer' }, { type: 'offer' }],
  };
}

export function fail(before: WatchState, failure: Failure, context: MachineContext): Step {
  const state = { ...before, failures: before.failures + 1, recall: undefined };
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

/** Media is gone for good: try anew where the streamer is listed, else wait until it is. */
export function lose(state: WatchState, context: MachineContext): Step {
  if (state.listed === undefined) return fail(state, { id: 'streamer-absent' }, context);
  return state.failures === 0 ? offer({ ...state, failures: 1 }) : fail(state, { id: 'connection-lost' }, context);
}

export function failuresAfter(state: WatchState, phase: Phase & { kind: 'playing' }, context: MachineContext): number {
  return context.now - phase.since >= STEADY_MS ? 0 : state.failures;
}

/** A call that stands, although nothing comes by it, is ended with the reason. */
function goodbye({ id }: Failure): Effect[] {
  if (id === 'no-picture') return [{ type: 'hang-up', failure: 'no-media' }];
  return isConnectionFailureId(id) ? [{ type: 'hang-up', failure: id }] : [];
}
