/** Transport-wide feedback as a browser sends it (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets came, and when. */

const FEEDBACK_TYPE = 205;
const TRANSPORT_FORMAT = 15;
const HEADER_BYTES = 20;
const REFERENCE_MS = 64;
/** Of a difference between two arrivals, in ms. */
const STEP_MS = 0.25;
const MISSING = 0;
const SMALL = 1;
const LARGE = 2;
const MAX_RUN = 0x1fff;
const EXTENSION_BIT = 0x10;
const ONE_BYTE_EXTENSIONS = 0xbede;

/** @returns undefined where the packet does not carry the extension */
export function transportSequenceOf(datagram: Buffer, extension: number): number | undefined {
  const first = datagram[0] ?? 0;
  const at = 12 + (first & 0x0f) * 4;
  if (!(first & EXTENSION_BIT) || datagram.length < at + 8 || datagram.readUInt16BE(at) !== ONE_BYTE_EXTENSIONS) return undefined;
  const end = Math.min(datagram.length - 2, at + 4 + datagram.readUInt16BE(at + 2) * 4);
  for (let element = at + 4; element < end; ) {
    const head = datagram[element] ?? 0;
    if (head >> 4 === extension) return datagram.readUInt16BE(element + 1);
    element += head === 0 ? 1 : 2 + (head & 0x0f);
  }
  return undefined;
}

export class TransportFeedback {
  #sequences: number[] = [];
  #times: number[] = [];
  #count = 0;

  /** @param now ms of any clock */
  add(sequence: number, now: number): void {
    this.#sequences.push(sequence);
    this.#times.push(now);
  }

  /** What has come since the last time; undefined for nothing. */
  take(): Buffer | undefined {
    const base = this.#sequences[0];
    if (base === undefined) return undefined;
    const arrivals = new Map(this.#sequences.map((sequence, place) => [(sequence - base) & 0xffff, this.#times[place] ?? 0]));
    const total = Math.max(...[...arrivals.keys()].filter((offset) => offset < 0x8000)) + 1;
    const reference = Math.floor((this.#times[0] ?? 0) / REFERENCE_MS);
    this.#sequences = [];
    this.#times = [];
    return this.#write(base, total, reference, arrivals);
  }

  #write(base: number, total: number, reference: number, arrivals: ReadonlyMap<number, number>): Buffer {
    const runs: { symbol: number; length: number }[] = [];
    const deltas: number[] = [];
    let before = (reference * REFERENCE_MS) / STEP_MS;
    for (let offset = 0; offset < total; offset++) {
      const arrived = arrivals.get(offset);
      let symbol = MISSING;
      if (arrived !== undefined) {
        const at = Math.round(arrived / STEP_MS);
        const delta = at - before;
        symbol = delta >= 0 && delta <= 0xff ? SMALL : LARGE;
        if (symbol === SMALL) deltas.push(delta);
        else deltas.push((delta >> 8) & 0xff, delta & 0xff);
        before = at;
      }
      const last = runs.at(-1);
      if (last?.symbol === symbol && last.length < MAX_RUN) last.length++;
      else runs.push({ symbol, length: 1 });
    }
    const bytes = (HEADER_BYTES + runs.length * 2 + deltas.length + 3) & ~3;
    const packet = Buffer.alloc(bytes);
    packet[0] = 0x80 | TRANSPORT_FORMAT;
    packet[1] = FEEDBACK_TYPE;
    packet.writeUInt16BE(bytes / 4 - 1, 2);
    packet.writeUInt32BE(1, 4);
    packet.writeUInt16BE(base, 12);
    packet.writeUInt16BE(total, 14);
    packet.writeUIntBE(reference & 0xff_ffff, 16, 3);
    packet[19] = this.#count++ & 0xff;
    let at = HEADER_BYTES;
    for (const { symbol, length } of runs) at = packet.writeUInt16BE((symbol << 13) | length, at);
    for (const delta of deltas) packet[at++] = delta;
    return packet;
  }
}
