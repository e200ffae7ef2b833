/** What is known of one stream as it comes in: the figures of its receiver reports (RFC 3550 §6.4, appendix A) and what is missing. */
import { compactNtp, type NtpTime } from '../rtp/ntp.ts';
import type { ReceptionReport } from '../rtp/rtcp-reader.ts';
import { uint32, unwrap16 } from '../rtp/serial.ts';
import { MissingPackets } from './missing-packets.ts';

/** Added to the first sequence number, so that one that comes before it is above 0. */
const CYCLE = 0x1_0000;
/** A jump further than this is a new beginning. */
const MAX_JUMP = 3_000;
/** RFC 3550 §6.4.1. */
const JITTER_GAIN = 1 / 16;

export class Reception {
  readonly ssrc: number;
  readonly missing = new MissingPackets();
  readonly #clockRate: number;
  #highest = -1;
  #base = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit = NaN;
  #jitter = 0;
  #lastReport = 0;
  #lastReportMs = NaN;

  constructor(ssrc: number, clockRate: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
  }

  /** The highest sequence number, endless; -1 before the first packet. */
  get highest(): number {
    return this.#highest;
  }

  /** Packets that never came, also not as repairs; since the stream last began anew. */
  get lost(): number {
    return this.#highest < 0 ? 0 : Math.max(0, this.#highest - this.#base + 1 - this.#received);
  }

  /**
   * @param repair whether the packet was sent again, on a stream of its own
   * @returns its endless sequence number; undefined where it makes no sense, as a repair before anything else does
   */
  note(sequenceNumber: number, timestamp: number, now: number, repair: boolean): number | undefined {
    if (this.#highest < 0) {
      if (repair) return undefined;
      this.#begin(sequenceNumber + CYCLE);
    }
    let sequence = unwrap16(sequenceNumber, this.#highest);
    if (Math.abs(sequence - this.#highest) > MAX_JUMP) {
      if (repair) return undefined;
      sequence = this.#highest + ((sequenceNumber - this.#highest) & 0xffff);
      this.#begin(sequence);
    }
    this.#received++;
    if (!repair) this.#noteTransit(timestamp, now);
    if (sequence > this.#highest) {
      this.missing.expect(this.#highest + 1, sequence, now);
      this.#highest = sequence;
    } else this.missing.came(sequence);
    return sequence;
  }

  noteSenderReport(ntp: NtpTime, now: number): void {
    this.#lastReport = compactNtp(ntp);
    this.#lastReportMs = now;
  }

  /** What is to be said of it now; each covers what came since the one before. Undefined before the first packet. */
  report(now: number): ReceptionReport | undefined {
    if (this.#highest < 0) return undefined;
    const expected = this.#highest - this.#base + 1;
    const expectedLately = expected - this.#expectedBefore;
    const lostLately = expectedLately - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost: expectedLately <= 0 ? 0 : Math.max(0, lostLately / expectedLately),
      packetsLost: expected - this.#received,
      highestSequence: uint32(this.#highest - CYCLE),
      jitter: Math.floor(this.#jitter),
      lastSenderReport: this.#lastReport,
      delaySinceLastSenderReport: Number.isNaN(this.#lastReportMs) ? 0 : Math.round(((now - this.#lastReportMs) / 1000) * 65_536),
    };
  }

  #begin(sequence: number): void {
    this.#highest = sequence - 1;
    this.#base = sequence;
    this.#received = this.#expectedBefore = this.#receivedBefore = 0;
    this.#transit = NaN;
    this.missing.forget();
  }

  #noteTransit(timestamp: number, now: number): void {
    const transit = (now / 1000) * this.#clockRate - timestamp;
    const difference = Math.abs(transit - this.#transit);
    // Where the timestamp wraps, or the sender has begun anew, it says nothing.
    if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) * JITTER_GAIN;
    this.#transit = transit;
  }
}
