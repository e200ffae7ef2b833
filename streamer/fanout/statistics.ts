/** What is known of one viewer: what he was sent, and what his receiver reports say about it. */

export interface TrackStatistics {
  readonly kind: 'audio' | 'video';
  readonly packets: number;
  readonly octets: number;
  readonly retransmitted: number;
  /** Part of the packets lost between the last two reports, 0 to 1. */
  readonly fractionLost: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
}

export interface ViewerStatistics {
  readonly tracks: readonly TrackStatistics[];
  readonly roundTripMs: number | undefined;
  readonly nacks: number;
  readonly keyframeRequests: number;
  /** What his way is thought to carry, in bit/s; undefined as long as nothing is known. */
  readonly estimatedBitrate: number | undefined;
  /** Name of the rendition that he gets; empty where there is only one. */
  readonly rendition: string;
}
