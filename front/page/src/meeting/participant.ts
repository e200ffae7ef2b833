/** Somebody in a call or a room, with whatever of them can be seen and heard at this moment. */

export interface Participant {
  /** Unique here: the member's identifier in a room. */
  readonly id: string;
  readonly name: string;
  readonly self: boolean;
  /** What they say they send. */
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
  readonly tracks: Tracks;
}

export interface Tracks {
  readonly audio?: MediaStreamTrack | undefined;
  readonly camera?: MediaStreamTrack | undefined;
  readonly screen?: MediaStreamTrack | undefined;
}

export type TrackKind = keyof Tracks;
export const TRACK_KINDS: readonly TrackKind[] = ['audio', 'camera', 'screen'];

export const NO_TRACKS: Tracks = {};
