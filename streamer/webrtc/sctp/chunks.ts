/** The bodies of those chunks that carry more than bytes to be handed back (RFC 9260 §3.3). */

const INIT_BYTES = 16;
const DATA_HEADER_BYTES = 12;
const SACK_BYTES = 12;
const GAP_BYTES = 4;
const PARAMETER_HEADER_BYTES = 4;
const STATE_COOKIE = 7;

/** Flags of a DATA chunk. */
export const LAST_FRAGMENT = 0x01;
export const FIRST_FRAGMENT = 0x02;

export interface Init {
  readonly tag: number;
  /** Bytes that its sender takes before they are acknowledged. */
  readonly window: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  readonly tsn: number;
}

export function readInit(body: Buffer): Init | undefined {
  if (body.length < INIT_BYTES) return undefined;
  const init = {
    tag: body.readUInt32BE(0),
    window: body.readUInt32BE(4),
    outboundStreams: body.readUInt16BE(8),
    inboundStreams: body.readUInt16BE(10),
    tsn: body.readUInt32BE(12),
  };
  return init.tag === 0 || init.outboundStreams === 0 || init.inboundStreams === 0 ? undefined : init;
}

export function writeInitAck({ tag, window, outboundStreams, inboundStreams, tsn }: Init, cookie: Buffer): Buffer {
  const body = Buffer.alloc(INIT_BYTES + PARAMETER_HEADER_BYTES);
  body.writeUInt32BE(tag, 0);
  body.writeUInt32BE(window, 4);
  body.writeUInt16BE(outboundStreams, 8);
  body.writeUInt16BE(inboundStreams, 10);
  body.writeUInt32BE(tsn, 12);
  body.writeUInt16BE(STATE_COOKIE, INIT_BYTES);
  body.writeUInt16BE(PARAMETER_HEADER_BYTES + cookie.length, INIT_BYTES + 2);
  return Buffer.concat([body, cookie]);
}

/** A message, or a piece of one. */
export interface Data {
  readonly tsn: number;
  readonly stream: number;
  readonly streamSequence: number;
  /** The payload protocol identifier. */
  readonly protocol: number;
  readonly first: boolean;
  readonly last: boolean;
  readonly payload: Buffer;
}

export function readData(flags: number, body: Buffer): Data | undefined {
  if (body.length < DATA_HEADER_BYTES) return undefined;
  return {
    tsn: body.readUInt32BE(0),
    stream: body.readUInt16BE(4),
    streamSequence: body.readUInt16BE(6),
    protocol: body.readUInt32BE(8),
    first: (flags & FIRST_FRAGMENT) !== 0,
    last: (flags & LAST_FRAGMENT) !== 0,
    payload: body.subarray(DATA_HEADER_BYTES),
  };
}

/** Body of a chunk that carries a whole message; its flags are FIRST_FRAGMENT and LAST_FRAGMENT. */
export function writeData({ tsn, stream, streamSequence, protocol, payload }: Omit<Data, 'first' | 'last'>): Buffer {
  const header = Buffer.alloc(DATA_HEADER_BYTES);
  header.writeUInt32BE(tsn, 0);
  header.writeUInt16BE(stream, 4);
  header.writeUInt16BE(streamSequence, 6);
  header.writeUInt32BE(protocol, 8);
  return Buffer.concat([header, payload]);
}

/** What has arrived: everything up to `cumulative`, and ranges of offsets beyond it. */
export interface Acknowledgement {
  readonly cumulative: number;
  readonly window: number;
  /** First and last offset from `cumulative` of each range. */
  readonly gaps: readonly (readonly [first: number, last: number])[];
}

export function readSack(body: Buffer): Acknowledgement | undefined {
  if (body.length < SACK_BYTES) return undefined;
  const gaps: [number, number][] = [];
  const count = Math.min(body.readUInt16BE(8), Math.floor((body.length - SACK_BYTES) / GAP_BYTES));
  for (let gap = 0; gap < count; gap++) gaps.push([body.readUInt16BE(SACK_BYTES + gap * GAP_BYTES), body.readUInt16BE(SACK_BYTES + gap * GAP_BYTES + 2)]);
  return { cumulative: body.readUInt32BE(0), window: body.readUInt32BE(4), gaps };
}

export function writeSack({ cumulative, window, gaps }: Acknowledgement): Buffer {
  const body = Buffer.alloc(SACK_BYTES + gaps.length * GAP_BYTES);
  body.writeUInt32BE(cumulative, 0);
  body.writeUInt32BE(window, 4);
  body.writeUInt16BE(gaps.length, 8);
  gaps.forEach(([first, last], gap) => {
    body.writeUInt16BE(first, SACK_BYTES + gap * GAP_BYTES);
    body.writeUInt16BE(last, SACK_BYTES + gap * GAP_BYTES + 2);
  });
  return body;
}
