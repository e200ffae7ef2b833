/** The transitions of watching one streamer; see watch-state.ts for its states, events and effects. */
import type { Failure } from '../connection/failure.ts';
import { callAgain, callAgainOrLose, isAnswered, onOldMedia, onRecall, onRecallFailed, onRecallTimer } from './recall.ts';
import { isFinal } from './retry-policy.ts';
import { connecting, enter, fail, failuresAfter, offer, stageTimer, stay, type MachineContext } from './transitions.ts';
import type { Phase, Step, WatchEvent, WatchState } from './watch-state.ts';

/** How long it may take to find out why nothing comes. */
export const DIAGNOSIS_LIMIT_MS = 1_000;

export function step(state: WatchState, event: WatchEvent, context: MachineContext): Step {
  switch (event.type) {
    case 'start':
      return offer(state);
    case 'retry-now':
      if (state.recall) return state.recall.stage === 'waiting' ? callAgain(state) : stay(state);
      return state.phase.kind === 'playing' ? stay(state) : offer(state);
    case 'call-again':
      return callAgain(state);
    case 'recall':
      return onRecall(state, event.news, context);
    case 'recall-failed':
      return onRecallFailed(state, event.failure, context);
    case 'listed':
      return onListed(state, event.address, context);
    case 'other-tab':
      return fail(state, { id: 'other-tab' }, context);
    case 'failed':
      if (state.recall?.stage === 'waiting') return onRecallFailed(state, event.failure, context);
      return state.phase.kind === 'connecting' || awaitsRegistration(state) ? fail(state, event.failure, context) : stay(state);
    case 'ended':
      return onEnded(state, event, context);
    default:
      return inPhase(state, event, context);
  }
}

type PhaseEvent = Exclude<WatchEvent, { type: 'start' | 'retry-now' | 'call-again' | 'recall' | 'recall-failed' | 'listed' | 'other-tab' | 'failed' | 'ended' }>;

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
      return phase.stage === 'offer' ? enter(state, connecting('ice'), [stageTimer('ice')]) : stay(state);
    case 'ice-connected':
      return phase.stage === 'ice' ? enter(state, connecting('dtls'), [stageTimer('dtls')]) : stay(state);
    case 'dtls-connected':
      return phase.stage === 'picture' ? stay(state) : enter(state, connecting('picture'), [stageTimer('picture')]);
    case 'first-media':
      return enter(state, { kind: 'playing', since: context.now }, [{ type: 'no-timer' }]);
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
    case 'connection-failed':
    case 'media-stalled':
      return callAgainOrLose({ ...state, failures: failuresAfter(state, phase, context) }, context);
    case 'timer':
      return onRecallTimer(state, context);
    case 'service-returned':
      return state.recall ? callAgain(state) : stay(state);
    default:
      return stay(state);
  }
}

function whileInterrupted(state: WatchState, event: PhaseEvent, context: MachineContext): Step {
  switch (event.type) {
    case 'media-flows':
      return onOldMedia(state, context);
    case 'timer':
      return onRecallTimer(state, context);
    case 'service-returned':
      return callAgain(state);
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
    case 'interrupted':
      // Where it was, nobody may answer any more.
      return changed && address !== undefined && state.recall ? callAgain(state) : stay(state);
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
  if (state.recall) return isAnswered(state.recall) ? onRecallFailed(state, failure ?? { id: 'stream-ended' }, context) : stay(state);
  if (phase.kind === 'connecting' && (failure || phase.failing)) return findOut(state, phase, failure ?? { id: 'connection-blocked' });
  const failures = phase.kind === 'playing' ? failuresAfter(state, phase, context) : state.failures;
  return fail({ ...state, failures }, { id: state.listed === undefined ? 'streamer-absent' : 'stream-ended' }, context);
}

function awaitsRegistration({ phase }: WatchState): boolean {
  return phase.kind === 'waiting' && phase.failure.id === 'not-registered' && phase.retryAt === undefined;
}

/** Nothing comes, for reasons that can be looked into for a moment. */
function findOut(state: WatchState, phase: Phase & { kind: 'connecting' }, failing: Failure): Step {
  if (phase.failing) return stay(state);
  return enter(state, { ...phase, failing }, [{ type: 'diagnose' }, { type: 'timer', ms: DIAGNOSIS_LIMIT_MS }]);
}
