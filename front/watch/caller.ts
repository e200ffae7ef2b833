/** How a viewer's wish to watch becomes a call; front/sip/ does it with INVITE, ACK, BYE and CANCEL. */
import type { ConnectionFailure, ConnectionFailureId } from '../../shared/diagnosis/connection-failure.ts';
import type { Streamer } from '../directory/streamer.ts';

/** What is asked for. */
export interface WatchRequest {
  /** The viewer's name, as he registered it. */
  viewer: string;
  streamer: Streamer;
  /** The browser's offer, untrimmed. */
  offer: string;
  /** Aborting it before the answer has come cancels the call. */
  signal: AbortSignal;
}

/** A call that was answered and acknowledged. */
export interface Watch {
  readonly callId: string;
  /** The streamer's answer, fit for a browser. */
  readonly answer: string;
  /** Hangs up, for a reason if one is given; resolves when the other side has confirmed it or never will. */
  end(because?: ConnectionFailure): Promise<void>;
  /** Asks the streamer, inside the call, whether it still knows it. */
  alive(): Promise<boolean>;
  /** Called once when the call ends other than by `end()`, with a sentence that says why, and where media never came up what was wrong. */
  onEnded(listener: (reason: string, error?: ConnectionFailureId) => void): void;
}

export interface Caller {
  /** @throws ApiError with the status that the viewer is to see. */
  watch(request: WatchRequest): Promise<Watch>;
}
