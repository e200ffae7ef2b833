/** How the frames of each codec are cut into RTP payloads, and what can be seen in them. */
import { isAv1Keyframe, packetizeAv1 } from './av1.ts';
import { isH264Discardable, isH264Keyframe, packetizeH264 } from './h264.ts';
import { isVp8Keyframe, packetizeVp8 } from './vp8.ts';
import { isVp8Discardable } from './vp8-header.ts';
import { isVp9Discardable, isVp9Keyframe, packetizeVp9 } from './vp9.ts';

export interface PayloadFormat {
  /** Payloads of at most `maxBytes`; none for a frame that holds nothing to send. */
  packetize(frame: Uint8Array, maxBytes: number): Buffer[];
  /** Whether it can be decoded without any frame before it. */
  isKeyframe(frame: Uint8Array): boolean;
  /** Whether it is sure that no later frame refers to it. */
  isDiscardable(frame: Uint8Array): boolean;
}

/** RFC 7587 §4.2: a packet is a payload. */
const opus: PayloadFormat = { packetize: (packet) => [Buffer.from(packet)], isKeyframe: () => true, isDiscardable: () => false };

/** By RTP encoding name. Those of AV1's references stand in too deep a place of its headers. */
export const PAYLOAD_FORMATS = {
  VP8: { packetize: packetizeVp8, isKeyframe: isVp8Keyframe, isDiscardable: isVp8Discardable },
  VP9: { packetize: packetizeVp9, isKeyframe: isVp9Keyframe, isDiscardable: isVp9Discardable },
  AV1: { packetize: packetizeAv1, isKeyframe: isAv1Keyframe, isDiscardable: () => false },
  H264: { packetize: packetizeH264, isKeyframe: isH264Keyframe, isDiscardable: isH264Discardable },
  opus,
} as const satisfies Readonly<Record<string, PayloadFormat>>;
