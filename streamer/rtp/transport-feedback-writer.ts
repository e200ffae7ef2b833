/** Transport-wide congestion control feedback as a receiver writes it (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */
import { rtcpHeader } from './rtcp-writer.ts';
import { uint16 } from './serial.ts';

const TRANSPORT_FEEDBACK = 205;
const TRANSPORT_WIDE = 15;
const HEADER_BYTES = 20;
const REFERENCE_MS = 64;
const DELTAS_IN_MS = 4;
const LARGEST_SMALL_DELTA = 255;
const LARGEST_DELTA = 0x7fff;

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

const SYMBOLS_IN_VECTOR = 7;
const VECTOR_OF_TWO_BITS = 0xc000;
const MAX_RUN = 0x1fff;

/** So many fit into one datagram, whatever they say. */
export const MAX_REPORTED_PACKETS = 300;

/** Runs where they are shorter, else seven symbols together (§3.1.3, §3.1.4). */
function writeChunks(symbols: readonly number[]): number[] {
  const chunks: number[] = [];
  for (let at = 0; at < symbols.length; ) {
    const symbol = symbols[at] as number;
    let run = 1;
    while (run < MAX_RUN && symbols[at + run] === symbol) run++;
    if (run >= SYMBOLS_IN_VECTOR || at + run === symbols.length) {
      chunks.push((symbol << 13) | run);
      at += run;
      continue;
    }
    let vector = VECTOR_OF_TWO_BITS;
    for (let place = 0; place < SYMBOLS_IN_VECTOR; place++) vector |= (symbols[at + place] ?? NOT_RECEIVED) << (2 * (SYMBOLS_IN_VECTOR - 1 - place));
    chunks.push(vector);
    at += SYMBOLS_IN_VECTOR;
  }
  return chunks;
}

export interface Arrivals {
  /** Number of the first packet, endless. */
  readonly first: number;
  /** Ms of our clock, one for each packet from the first on, NaN for one that has not come; at most {@link MAX_REPORTED_PACKETS}, at least one that has. */
  readonly arrivals: readonly number[];
}

/**
 * @param count counts the feedback of this session
 * @returns the packet, and how many arrivals went into it: fewer than all where two lie too far apart
 */
export function writeTransportFeedback(sender: number, media: number, count: number, { first, arrivals }: Arrivals): { readonly packet: Buffer; readonly reported: number } {
  const earliest = arrivals.find((arrival) => !Number.isNaN(arrival)) ?? 0;
  const reference = Math.floor(earliest / REFERENCE_MS);
  let time = reference * REFERENCE_MS * DELTAS_IN_MS;
  const symbols: number[] = [];
  const deltas: number[] = [];
  for (const arrival of arrivals) {
    if (Number.isNaN(arrival)) {
      symbols.push(NOT_RECEIVED);
      continue;
    }
    const delta = Math.round(arrival * DELTAS_IN_MS) - time;
    if (Math.abs(delta) > LARGEST_DELTA) break;
    time += delta;
    symbols.push(delta >= 0 && delta <= LARGEST_SMALL_DELTA ? SMALL_DELTA : LARGE_DELTA);
    deltas.push(delta);
  }
  const chunks = writeChunks(symbols);
  const deltaBytes = deltas.reduce((sum, delta) => sum + (delta >= 0 && delta <= LARGEST_SMALL_DELTA ? 1 : 2), 0);
  const packet = rtcpHeader(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, Math.ceil((HEADER_BYTES + 2 * chunks.length + deltaBytes) / 4) * 4);
  packet.writeUInt32BE(sender, 4);
  packet.writeUInt32BE(media, 8);
  packet.writeUInt16BE(uint16(first), 12);
  packet.writeUInt16BE(symbols.length, 14);
  packet.writeUIntBE(reference & 0xff_ffff, 16, 3);
  packet[19] = count & 0xff;
  let at = HEADER_BYTES;
  for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
  for (const delta of deltas) at = delta >= 0 && delta <= LARGEST_SMALL_DELTA ? packet.writeUInt8(delta, at) : packet.writeInt16BE(delta, at);
  return { packet, reported: symbols.length };
}
