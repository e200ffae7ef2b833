/**
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets came, and when.
 * Whatever is malformed is passed over; a packet that claims more than a datagram can hold costs no more than an honest one.
 */

export interface TransportFeedback {
  /** Number of the first packet, 0 to 65,535. */
  readonly first: number;
  /** Ms of the receiver's clock, which begins anywhere and wraps after 12 days; one for each packet, NaN for one that has not come. */
  readonly arrivals: Float64Array;
}

const HEADER_BYTES = 20;
/** More packets than this are in no honest feedback, which comes several times a second. */
const MAX_PACKETS = 2_048;
const REFERENCE_MS = 64;
const DELTA_MS = 0.25;

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/** Status symbols, one for each packet, as the chunks have them (§3.1.2 to §3.1.4). */
const symbols = new Uint8Array(MAX_PACKETS);

/** @returns where the deltas begin; undefined when the chunks are cut short */
function readChunks(packet: Buffer, count: number): number | undefined {
  let at = HEADER_BYTES;
  for (let read = 0; read < count; at += 2) {
    if (at + 2 > packet.length) return undefined;
    const chunk = packet.readUInt16BE(at);
    if (chunk >> 15 === 0) {
      const until = Math.min(count, read + (chunk & 0x1fff));
      if (until === read) return undefined; // a run of nothing
      symbols.fill((chunk >> 13) & 3, read, until);
      read = until;
      continue;
    }
    const bits = chunk & 0x4000 ? 2 : 1;
    for (let shift = 14 - bits; shift >= 0 && read < count; shift -= bits) symbols[read++] = (chunk >> shift) & ((1 << bits) - 1);
  }
  return at;
}

/** @param packet one packet of RTCP with its header, which has at least that many bytes; undefined for one that makes no sense */
export function readTransportFeedback(packet: Buffer): TransportFeedback | undefined {
  if (packet.length < HEADER_BYTES) return undefined;
  const count = packet.readUInt16BE(14);
  if (count === 0 || count > MAX_PACKETS) return undefined;
  let at = readChunks(packet, count);
  if (at === undefined) return undefined;
  let time = packet.readIntBE(16, 3) * REFERENCE_MS;
  const arrivals = new Float64Array(count).fill(NaN);
  for (let index = 0; index < count; index++) {
    const symbol = symbols[index];
    if (symbol === NOT_RECEIVED) continue;
    const bytes = symbol === SMALL_DELTA ? 1 : 2;
    if ((symbol !== SMALL_DELTA && symbol !== LARGE_DELTA) || at + bytes > packet.length) return undefined;
    time += (bytes === 1 ? packet.readUInt8(at) : packet.readInt16BE(at)) * DELTA_MS;
    at += bytes;
    arrivals[index] = time;
  }
  return { first: packet.readUInt16BE(12), arrivals };
}
