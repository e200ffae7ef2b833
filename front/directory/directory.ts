/** What front knows of the signaling daemon: who streams, and whether it can be reached. */
import type { Streamer } from './streamer.ts';

export type SignalingState = 'up' | 'down';

/** The directory as the rest of front sees it; front/sip/ fills it from the wire. */
export interface Directory {
  readonly state: SignalingState;
  /** Who streams, as last heard; undefined until the daemon was heard for the first time. */
  readonly streamers: readonly Streamer[] | undefined;
  /** Called with each list that differs from the one before. */
  onStreamers(listener: (streamers: readonly Streamer[]) => void): void;
  onState(listener: (state: SignalingState) => void): void;
  /**
   * Asks the daemon now, in the name of `viewer`.
   * @throws ApiError 504 when it does not answer, 502 when what it answers cannot be used.
   */
  fetch(viewer: string): Promise<readonly Streamer[]>;
  /** Whether the daemon was heard just now, or answers when it is asked. */
  reachable(): Promise<boolean>;
}
