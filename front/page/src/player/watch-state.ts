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
  /** `suspect`: something happened that may end the media, so its flow is watched closely. */
  | { readonly kind: 'playing'; readonly since: number; readonly suspect: boolean }
  /** Media stopped a moment ago; the last picture stands, and it may come back by itself. */
  | { readonly kind: 'interrupted'; readonly since: number }
  /** Not connected. `retryAt` is when the next attempt comes by itself, if one does. */
  | { readonly kind: 'waiting'; readonly failure: Failure; readonly retryAt?: number };

export interface WatchState {
  readonly phase: Phase;
  /** Address of the streamer as listed now; undefined while it is not listed, null before any list was heard. */
  readonly listed: string | undefined | null;
  /** Address listed when the present offer was made. */
  readonly offeredTo: string | undefined | null;
  /** Attempts that failed since media last flowed for a while. */
  readonly failures: number;
}

export type WatchEvent =
  | { readonly type: 'start' }
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

export const initialState: WatchState = { phase: { kind: 'connecting', stage: 'offer' }, listed: null, offeredTo: null, failures: 0 };
