/** What the fan-out needs of whoever chooses a viewer's rendition: it hears how the viewer fares, and says what he is to get. */
import type { PacketFate } from '../quality/packet-fate.ts';
import type { Track } from '../source/source.ts';

export interface QualityControl {
  /** What the viewer's transport-wide feedback says, each time some comes. */
  onTransportFeedback(packets: readonly PacketFate[]): void;
  /** What a receiver report says of one stream. */
  onReport(report: { readonly fractionLost: number; readonly roundTripMs: number | undefined }): void;
  /** What the viewer thinks that his way can carry (REMB), in bit/s. */
  onEstimatedBitrate(bitsPerSecond: number): void;
  /** Keeps the rendition of that name, undefined for none in particular; does nothing where there is no such one. */
  pin(name: string | undefined): void;
  readonly state: QualityState;
  /** Whether packets wait longer and longer on the viewer's way. */
  readonly congested: boolean;
  /** Hears when another rendition was chosen, or pinned, or let go. */
  onChange(listener: () => void): void;
  /** The id of the track to send from its next keyframe on, and whether to leave out frames that no other refers to. */
  choose(): QualityChoice;
}

export interface QualityChoice {
  readonly track: number;
  readonly dropDiscardable: boolean;
  /** The way does not carry what goes out: the change is made at once, at the latest keyframe rather than the next. */
  readonly urgent?: boolean;
}

export interface QualityState {
  /** Name of the rendition that is sent, or will be from its next keyframe on; empty where there is only one. */
  readonly name: string;
  readonly pinned: boolean;
  /** Names of all renditions, best first. */
  readonly available: readonly string[];
  /** What the viewer's way is thought to carry, in bit/s; undefined as long as nothing is known. */
  readonly estimatedBitrate: number | undefined;
}

/** @param tracks those that can go to the viewer, at least one */
export type MakeQuality = (tracks: readonly Track[]) => QualityControl;
