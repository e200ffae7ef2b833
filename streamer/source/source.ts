/**
 * What every source of media looks like from outside: it turns its input once, whoever watches, into frames that are already
 * cut into RTP payloads. The frames are shared by all viewers, so nobody may change them.
 */

export type MediaKind = 'audio' | 'video';

/** Codecs that the sources produce, by their RTP encoding names. */
export type CodecName = 'VP8' | 'VP9' | 'AV1' | 'H264' | 'opus';

export interface Codec {
  readonly name: CodecName;
  /** Ticks of an RTP timestamp in a second. */
  readonly clockRate: number;
  /** Of audio only. */
  readonly channels?: number;
  /** Format parameters that the answer carries (the value of `a=fmtp`), such as `profile-level-id=42e01f;packetization-mode=1`. */
  readonly parameters?: string;
}

export const VP8: Codec = { name: 'VP8', clockRate: 90_000 };
export const VP9: Codec = { name: 'VP9', clockRate: 90_000, parameters: 'profile-id=0' };
export const AV1: Codec = { name: 'AV1', clockRate: 90_000 };
/** Constrained baseline, unless a file says otherwise. */
export const H264: Codec = { name: 'H264', clockRate: 90_000, parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f' };
export const OPUS: Codec = { name: 'opus', clockRate: 48_000, channels: 2 };

/** One of several encodings of the same picture, in the same codec. */
export interface Rendition {
  /** What people call it, such as `360p`; unique among the tracks of its codec. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** On average, without the overhead of packets. */
  readonly bitsPerSecond: number;
}

export interface Track {
  /** Unique within its source; names the track for as long as the source lives. */
  readonly id: number;
  readonly kind: MediaKind;
  readonly codec: Codec;
  /** Only where there are several. Their keyframes are of the same moments. */
  readonly rendition?: Rendition;
}

/** One coded picture or piece of sound as it came out of a container or an encoder. */
export interface EncodedFrame {
  /** The id of its track. */
  readonly track: number;
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
  /** The id of its track. */
  readonly track: number;
  readonly kind: MediaKind;
  readonly keyframe: boolean;
  /** Whether it is sure that no other frame refers to it, so that it may be left out for a viewer whose way is narrow. */
  readonly discardable: boolean;
  /**
   * At least one. Their payloads are of one size except the last, which may be smaller, so that they can be sent in one call;
   * only H.264 may mix sizes, since its parameter sets stand in a packet of their own.
   */
  readonly packets: readonly MediaPacket[];
}

export interface Source {
  /**
   * At least one; at most one of sound. Several of video show the same picture, best first: renditions in one codec, or the
   * same in another codec for viewers who lack the first. All have one epoch and one clock.
   */
  readonly tracks: readonly Track[];
  /** The moment, in ms of the clock that was handed in, at which timestamp 0 of every track was due; moves when the source was held up. */
  readonly epoch: number;
  /** Whether nothing comes for now because its one viewer wants it so; never where it is not said. */
  readonly rests?: boolean;
  /** Hears every frame, each at the moment when it is due. Listeners must not throw. */
  onFrame(listener: (frame: MediaFrame) => void): void;
  /** Hears once if the source cannot go on; what is wrong stands in the error. */
  onFailure(listener: (error: Error) => void): void;
  start(): void;
  /** Is told how many viewers there are whenever that changes; a source that costs much may rest while there are none. */
  audience?(viewers: number): void;
  /** A viewer cannot go on before the next keyframe; a source that can have one made at once has this. To be asked as often as one likes. */
  requestKeyframe?(): void;
  /** Frees everything that the source holds; resolves when it is gone. */
  stop(): Promise<void>;
}

/** An input that cannot be played; its text is one line for the person who named it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
