/** How a viewer's wish to watch becomes a call; front/sip/ does it with INVITE, ACK, BYE and CANCEL. */
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
  /** Hangs up; resolves when the other side has confirmed it or never will. */
  end(): Promise<void>;
  /** Asks the streamer, inside the call, whether it still knows it. */
  alive(): Promise<boolean>;
  /** Called once when the call ends other than by `end()`, with a sentence that says why. */
  onEnded(listener: (reason: string) => void): void;
}

export interface Caller {
  /** @throws ApiError with the status that the viewer is to see. */
  watch(request: WatchRequest): Promise<Watch>;
}
