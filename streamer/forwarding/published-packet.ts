/** One packet of a member as all others get it: what differs from one to the other is laid over it when it is sent. */
import type { Vp8Descriptor } from '../rtp/vp8-descriptor.ts';

export interface PublishedPacket {
  /** Counts the packets of the encoding as its sender did, so that what was lost leaves a gap; never wraps. */
  readonly index: number;
  /** Ticks of the sender's clock, without wrapping. */
  readonly timestamp: number;
  readonly marker: boolean;
  /** Whether a picture begins here that needs none before it; always so for sound. */
  readonly keyframe: boolean;
  /** Of a picture that is forwarded packet by packet only; its picture number and that of its lowest layer are endless here. */
  readonly descriptor: Vp8Descriptor | undefined;
  /** Without the descriptor, where there is one here; empty for a packet that only filled the way. */
  readonly payload: Buffer;
}
