/**
 * The states of watching one streamer, as a pure function: state × event → state + what to do.
 * It keeps the picture as long as media flows, whatever happens to signaling, and otherwise finds the way back by itself.
 */
import type { ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import type { Failure } from '../connection/failure.ts';

/** How far a connection has come: the offer is out, ICE looks for a path, DTLS agrees on keys, the first frame is awaited. */
export type Stage = 'offer' | 'ice' | 'dtls' | 'picture';

export type Phase =
  /** `failing`: it is found out why nothing comes; what is said of it if that cannot be found out. */
  | { readonly kind: 'connecting'; readonly stage: Stage; readonly failing?: Failure }
  | { readonly kind: 'playing'; readonly since: number }
  /** Media stopped a moment ago; the last picture stands. It may come back by itself, or by a call that is made in the background meanwhile. */
  | { readonly kind: 'interrupted'; readonly since: number }
  /** Not connected. `retryAt` is when the next attempt comes by itself, if one does. */
  | { readonly kind: 'waiting'; readonly failure: Failure; readonly retryAt?: number };

/** A call that is made in the background; see recall.ts. */
export interface Recall {
  /** `waiting`: it failed, and is tried again soon. */
  readonly stage: Stage | 'waiting';
  /** Address of the streamer as listed when the call began. */
  readonly to: string | undefined | null;
  /** Calls so far, this one included. */
  readonly attempts: number;
}

export interface WatchState {
  readonly phase: Phase;
  /** Only while playing or interrupted. */
  readonly recall: Recall | undefined;
  /** Address of the streamer as listed now; undefined while it is not listed, null before any list was heard. */
  readonly listed: string | undefined | null;
  /** Address listed when the present offer was made. */
  readonly offeredTo: string | undefined | null;
  /** Attempts that failed since media last flowed for a while. */
  readonly failures: number;
}

/** What the connection of a call in the background tells. */
export type RecallNews = 'answered' | 'ice-connected' | 'ice-disconnected' | 'dtls-connected' | 'first-media' | 'connection-failed';

export type WatchEvent =
  | { readonly type: 'start' }
  /** Whoever carried the call is gone, and media flows: call again in the background, and show the new picture when it is there. */
  | { readonly type: 'call-again' }
  | { readonly type: 'recall'; readonly news: RecallNews }
  | { readonly type: 'recall-failed'; readonly failure: Failure }
  | { readonly type: 'listed'; readonly address: string | undefined }
  | { readonly type: 'answered' }
  | { readonly type: 'ice-connected' }
  | { readonly type: 'dtls-connected' }
  | { readonly type: 'first-media' }
  | { readonly type: 'ice-disconnected' }
  | { readonly type: 'connection-failed' }
  | { readonly type: 'media-stalled' }
  | { readonly type: 'media-flows' }
  /** The streamer hung up, or an operator did; `failure` says why, where media never came up. */
  | { readonly type: 'ended'; readonly failure?: Failure; readonly byOperator?: boolean }
  /** Why nothing comes is known now. */
  | { readonly type: 'diagnosed'; readonly failure: Failure }
  | { readonly type: 'failed'; readonly failure: Failure }
  /** front or signaling is there again. */
  | { readonly type: 'service-returned' }
  | { readonly type: 'timer' }
  | { readonly type: 'retry-now' }
  | { readonly type: 'other-tab' };

export type Effect =
  /** Close what there is and make a new offer. */
  | { readonly type: 'offer' }
  /** Make a new offer beside the connection that there is; an earlier one of these is closed. */
  | { readonly type: 'recall' }
  | { readonly type: 'drop-recall' }
  /** Show the picture of the call in the background, which is there, in place of the old one. */
  | { readonly type: 'swap' }
  /** Close the old connection, and go on with the call in the background as with any. */
  | { readonly type: 'promote' }
  /** Find out why nothing comes, while the connection is still there to be asked. */
  | { readonly type: 'diagnose' }
  /** Tell the streamer that we give up, and why. */
  | { readonly type: 'hang-up'; readonly failure: ConnectionFailureId }
  /** Close what there is; the last picture may stay. */
  | { readonly type: 'drop' }
  /** Wake the machine with `timer` after this long; replaces any earlier timer. */
  | { readonly type: 'timer'; readonly ms: number }
  | { readonly type: 'no-timer' }
  /** Register the viewer's name again, then `retry-now`. */
  | { readonly type: 'register' };

export interface Step {
  readonly state: WatchState;
  readonly effects: readonly Effect[];
}

export const initialState: WatchState = { phase: { kind: 'connecting', stage: 'offer' }, recall: undefined, listed: null, offeredTo: null, failures: 0 };
