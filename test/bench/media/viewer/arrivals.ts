/** What came to one viewer, read from the clear headers of SRTP: packets, gaps in their sequence, and how late they were. */

const RTP_HEADER_BYTES = 12;
const NTP_UNIX_OFFSET_SECONDS = 2_208_988_800;

/** One stream of packets, by its SSRC. */
interface Stream {
  highest: number;
  expected: number;
  received: number;
  /** Where a sender report put the stream's timestamps on the wall clock: ms since 1970, ticks. */
  anchor: { readonly atMs: number; readonly ticks: number } | undefined;
  readonly payloadType: number;
}

/** Delays in steps of half a millisecond, from when a frame was due at the source until its packet was read here. */
export class Delays {
  static readonly STEP_MS = 0.5;
  readonly counts = new Float64Array(4_000);

  add(ms: number): void {
    const step = Math.min(this.counts.length - 1, Math.max(0, Math.floor(ms / Delays.STEP_MS)));
    this.counts[step] = (this.counts[step] ?? 0) + 1;
  }

  /** @param share 0 to 1 */
  quantile(share: number): number {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    for (const [step, count] of this.counts.entries()) {
      seen += count;
      if (seen >= total * share) return (step + 1) * Delays.STEP_MS;
    }
    return Number.NaN;
  }
}

export class Arrivals {
  readonly #streams = new Map<number, Stream>();
  readonly #clockRates: ReadonlyMap<number, number>;
  /** Where delays are noted, if anywhere. */
  delays: Delays | undefined;
  bytes = 0;

  /** @param clockRates of the payload types whose packets are counted; retransmissions are none of them */
  constructor(clockRates: ReadonlyMap<number, number>) {
    this.#clockRates = clockRates;
  }

  /** Packets that were sent, as far as their sequence numbers tell. */
  get expected(): number {
    let sum = 0;
    for (const { expected } of this.#streams.values()) sum += expected;
    return sum;
  }

  get received(): number {
    let sum = 0;
    for (const { received } of this.#streams.values()) sum += received;
    return sum;
  }

  /** SSRCs and the highest sequence numbers that came, for receiver reports. */
  *heard(): Iterable<{ readonly ssrc: number; readonly highest: number }> {
    for (const [ssrc, { highest }] of this.#streams) yield { ssrc, highest };
  }

  /** Begins to count anew, without losing its place in the sequence. */
  reset(): void {
    this.bytes = 0;
    for (const stream of this.#streams.values()) stream.expected = stream.received = 0;
  }

  /** @param datagram SRTP, not yet decrypted */
  add(datagram: Buffer): void {
    if (datagram.length < RTP_HEADER_BYTES) return;
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    if (!this.#clockRates.has(payloadType)) return;
    const sequence = ((datagram[2] ?? 0) << 8) | (datagram[3] ?? 0);
    const ssrc = datagram.readUInt32BE(8);
    let stream = this.#streams.get(ssrc);
    if (!stream) this.#streams.set(ssrc, (stream = { highest: (sequence - 1) & 0xffff, expected: 0, received: 0, anchor: undefined, payloadType }));
    this.bytes += datagram.length;
    stream.received++;
    const ahead = (sequence - stream.highest) & 0xffff;
    if (ahead < 0x8000) {
      stream.expected += ahead;
      stream.highest = sequence;
    }
    if (this.delays && stream.anchor) this.#measure(stream, datagram.readUInt32BE(4), this.delays);
  }

  /** @param compound RTCP, decrypted, that begins with a sender report */
  report(compound: Buffer): void {
    for (let at = 0; at + 28 <= compound.length && compound[at + 1] === 200; at += 4 + compound.readUInt16BE(at + 2) * 4) {
      const stream = this.#streams.get(compound.readUInt32BE(at + 4));
      if (!stream) continue;
      const atMs = (compound.readUInt32BE(at + 8) - NTP_UNIX_OFFSET_SECONDS) * 1000 + (compound.readUInt32BE(at + 12) / 2 ** 32) * 1000;
      stream.anchor = { atMs, ticks: compound.readUInt32BE(at + 16) };
    }
  }

  #measure({ anchor, payloadType }: Stream, ticks: number, delays: Delays): void {
    const clockRate = this.#clockRates.get(payloadType);
    if (!anchor || clockRate === undefined) return;
    const due = anchor.atMs + (((ticks - anchor.ticks) | 0) / clockRate) * 1000;
    delays.add(performance.timeOrigin + performance.now() - due);
  }
}
