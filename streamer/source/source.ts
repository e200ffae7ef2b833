/**
 * What every source of media looks like from outside: it turns its input once, whoever watches, into frames that are already
 * cut into RTP payloads. The frames are shared by all viewers, so nobody may change them.
 */

export type MediaKind = 'audio' | 'video';

/** Codecs that the sources produce, by their RTP encoding names. */
export type CodecName = 'VP8' | 'opus';

export interface Codec {
  readonly name: CodecName;
  /** Ticks of an RTP timestamp in a second. */
  readonly clockRate: number;
  /** Of audio only. */
  readonly channels?: number;
}

export const VP8: Codec = { name: 'VP8', clockRate: 90_000 };
export const OPUS: Codec = { name: 'opus', clockRate: 48_000, channels: 2 };

export interface Track {
  readonly kind: MediaKind;
  readonly codec: Codec;
}

/** One coded picture or piece of sound as it came out of a container or an encoder. */
export interface EncodedFrame {
  readonly kind: MediaKind;
  /** When it is to be shown, in seconds since the beginning of the source. */
  readonly seconds: number;
  /** Whether it can be decoded without any before it; always so for audio. */
  readonly keyframe: boolean;
  readonly data: Uint8Array;
}

/** What one RTP packet carries; which SSRC, sequence number and payload type it goes out with differs from viewer to viewer. */
export interface MediaPacket {
  /** Counts the packets of the track from 0, without wrapping or gaps. */
  readonly index: number;
  /** Counts the frames of the track from 0. */
  readonly frame: number;
  /** Ticks of the track's clock since the source's epoch, without wrapping; the same for all packets of a frame. */
  readonly timestamp: number;
  /** Set on the last packet of a picture. */
  readonly marker: boolean;
  readonly payload: Buffer;
}

export interface MediaFrame {
  readonly kind: MediaKind;
  readonly keyframe: boolean;
  /** At least one. */
  readonly packets: readonly MediaPacket[];
}

export interface Source {
  /** At most one of each kind, at least one in all. */
  readonly tracks: readonly Track[];
  /** The moment, in ms of the clock that was handed in, at which timestamp 0 of every track was due; moves when the source was held up. */
  readonly epoch: number;
  /** Hears every frame, each at the moment when it is due. Listeners must not throw. */
  onFrame(listener: (frame: MediaFrame) => void): void;
  /** Hears once if the source cannot go on; what is wrong stands in the error. */
  onFailure(listener: (error: Error) => void): void;
  start(): void;
  /** Frees everything that the source holds; resolves when it is gone. */
  stop(): Promise<void>;
}

/** An input that cannot be played; its text is one line for the person who named it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
