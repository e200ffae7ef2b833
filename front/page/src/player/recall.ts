/**
 * Calling again in the background, while the picture of the connection before goes on or stands: because nothing comes by it any more
 * (its streamer died), or because whoever carried the call is gone (`call-again`: front died), although media still flows.
 *
 * What is guaranteed: the picture and the sound of the old connection stay until the first frame of the new one has been decoded, and
 * are then replaced at once: never black, never heard twice. The old call goes on at front until the new one is answered. If the old
 * media comes back before that, the new call is dropped. A new call that fails or takes too long makes the watch go on as after any
 * failure, by the retry policy, where the old media has stopped; while it flows, it is tried again in the background.
 */
import type { Failure } from '../connection/failure.ts';
import { retryAfter } from './retry-policy.ts';
import { connecting, enter, fail, lose, offer, stageTimer, stay, type MachineContext } from './transitions.ts';
import type { Recall, RecallNews, Step, WatchState } from './watch-state.ts';

/** Who looks at a picture that stands is told after this how far the new call is. */
export const RECALL_LIMIT_MS = 4_000;
/** Calls in the background in a row, with no steady media between. */
export const MAX_RECALLS = 3;

/** Calls again in the background. What is under way already and has been answered goes on; what has not may never be, and is begun anew. */
export function callAgain(state: WatchState): Step {
  const { phase, recall } = state;
  if (phase.kind !== 'playing' && phase.kind !== 'interrupted') return stay(state);
  return recall && isAnswered(recall) ? stay(state) : begin(state);
}

/** Media has stopped, or its connection is gone. @param state failures are those before this one */
export function callAgainOrLose(state: WatchState, context: MachineContext): Step {
  if (state.listed === undefined || (!state.recall && state.failures >= MAX_RECALLS)) return lose(state, context);
  const interrupted = { ...state, phase: { kind: 'interrupted', since: context.now } as const };
  if (state.recall && state.recall.stage !== 'waiting') return { state: interrupted, effects: [{ type: 'timer', ms: RECALL_LIMIT_MS }] };
  return begin({ ...interrupted, failures: state.failures + 1 });
}

/** What the new connection tells. */
export function onRecall(state: WatchState, news: RecallNews, context: MachineContext): Step {
  const { recall } = state;
  if (!recall || recall.stage === 'waiting') return stay(state);
  switch (news) {
    case 'answered':
      return recall.stage === 'offer' ? reach(state, recall, 'ice') : stay(state);
    case 'ice-connected':
      return recall.stage === 'ice' ? reach(state, recall, 'dtls') : stay(state);
    case 'dtls-connected':
      return reach(state, recall, 'picture');
    case 'first-media': {
      const swapped: WatchState = { ...state, recall: undefined, offeredTo: recall.to };
      return enter(swapped, { kind: 'playing', since: context.now }, [{ type: 'no-timer' }, { type: 'swap' }]);
    }
    case 'connection-failed':
      return onRecallFailed(state, { id: recall.stage === 'ice' ? 'connection-blocked' : 'connection-lost' }, context);
    case 'ice-disconnected':
      return stay(state);
  }
}

/** The new call came to nothing, or its preparation did. */
export function onRecallFailed(state: WatchState, failure: Failure, context: MachineContext): Step {
  const { recall, phase } = state;
  if (!recall) return stay(state);
  if (phase.kind === 'playing') return postpone(state, recall, failure, context);
  if (state.listed === undefined) return lose(state, context);
  const retry = retryAfter(failure, 1, context.random);
  // The old call may have been what was in its way: a full streamer has no place for both.
  return retry.kind === 'after' && state.failures <= 1 ? offer(state) : fail(state, failure, context);
}

/** The timer of a recall has run out. */
export function onRecallTimer(state: WatchState, context: MachineContext): Step {
  const { recall, phase } = state;
  if (!recall) return stay(state);
  if (recall.stage === 'waiting') return begin(state);
  if (phase.kind === 'playing') return postpone(state, recall, { id: recall.stage === 'offer' ? 'streamer-silent' : 'no-picture' }, context);
  // From here on it is a connection as any other, and the viewer sees how far it is.
  return enter({ ...state, recall: undefined, offeredTo: recall.to }, connecting(recall.stage), [{ type: 'promote' }, stageTimer(recall.stage)]);
}

/** Media flows again by the old connection: the new one is needed only if it is answered, for then the old call is about to end. */
export function onOldMedia(state: WatchState, context: MachineContext): Step {
  const playing = { kind: 'playing', since: context.now } as const;
  if (state.recall && isAnswered(state.recall)) return enter(state, playing);
  return enter({ ...state, recall: undefined }, playing, [{ type: 'no-timer' }, ...(state.recall ? [{ type: 'drop-recall' } as const] : [])]);
}

/** Whether the present call has been replaced at front already. */
export function isAnswered({ stage }: Recall): boolean {
  return stage !== 'offer' && stage !== 'waiting';
}

function begin(state: WatchState): Step {
  const attempts = (state.recall?.attempts ?? 0) + 1;
  return {
    state: { ...state, recall: { stage: 'offer', to: state.listed, attempts } },
    effects: [{ type: 'recall' }, { type: 'timer', ms: RECALL_LIMIT_MS }],
  };
}

function reach(state: WatchState, recall: Recall, stage: Recall['stage']): Step {
  return stay({ ...state, recall: { ...recall, stage } });
}

/** While the old media flows there is time. */
function postpone(state: WatchState, recall: Recall, failure: Failure, context: MachineContext): Step {
  const retry = retryAfter(failure, recall.attempts, context.random);
  const waiting: WatchState = { ...state, recall: { ...recall, stage: 'waiting' } };
  switch (retry.kind) {
    case 'after':
      return { state: waiting, effects: [{ type: 'drop-recall' }, { type: 'timer', ms: retry.ms }] };
    case 'register':
      return { state: waiting, effects: [{ type: 'drop-recall' }, { type: 'no-timer' }, { type: 'register' }] };
    default:
      return { state: { ...state, recall: undefined }, effects: [{ type: 'drop-recall' }, { type: 'no-timer' }] };
  }
}
