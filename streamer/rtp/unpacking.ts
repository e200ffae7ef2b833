/** How the payloads of a received frame are put together again, by codec: the way back from payload-format.ts. */
import { joinAv1, startsObu } from './av1-unpacking.ts';
import { joinH264, startsNalUnit } from './h264.ts';
import { parseVp8Payload } from './vp8.ts';
import { parseVp9Payload } from './vp9.ts';

export interface Unpacking {
  /** Whether a frame, or at least a part that can be told apart, begins with this payload. */
  starts(payload: Buffer): boolean;
  /** The frame, as a container keeps it; undefined when something is missing or malformed. @param payloads in order, none of them empty */
  join(payloads: readonly Buffer[]): Buffer | undefined;
}

function joined(payloads: readonly Buffer[], parse: (payload: Buffer) => { readonly data: Uint8Array } | undefined): Buffer | undefined {
  const pieces = payloads.map(parse);
  return pieces.every((piece) => piece !== undefined) ? Buffer.concat(pieces.map(({ data }) => data)) : undefined;
}

export const UNPACKING = {
  VP8: { starts: (payload) => parseVp8Payload(payload)?.startsFrame === true, join: (payloads) => joined(payloads, parseVp8Payload) },
  VP9: { starts: (payload) => parseVp9Payload(payload)?.startsFrame === true, join: (payloads) => joined(payloads, parseVp9Payload) },
  AV1: { starts: startsObu, join: joinAv1 },
  H264: { starts: startsNalUnit, join: joinH264 },
  opus: { starts: () => true, join: ([payload]) => payload },
} as const satisfies Readonly<Record<string, Unpacking>>;
