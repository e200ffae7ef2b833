/**
 * The sender reports that one viewer gets (RFC 3550 §6.4.1): they tell how sound and picture belong together, measure the round trip,
 * and show that we are there while no media goes, as when a source stalls or the viewer has paused.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { compactNtp, ntpFromUnix } from '../rtp/ntp.ts';
import type { ReceptionReport } from '../rtp/rtcp-reader.ts';
import { writeSenderReport, writeSourceDescription } from '../rtp/rtcp-writer.ts';
import type { OutgoingStream } from './stream.ts';
import type { ViewerTransport } from './transport.ts';

/** The second report follows soon after the first: receivers want two before they trust them. */
const SECOND_REPORT_MS = 400;
const REPORT_INTERVAL_MS = 1_000;
/** To whom nothing else goes reports come this often: whoever hears nothing for almost three of these takes us for dead. */
const IDLE_REPORT_MS = 250;
/** How many sent reports are remembered to measure the round trip by. */
const REMEMBERED_REPORTS = 4;

export interface SenderReportsOptions {
  readonly transport: ViewerTransport;
  readonly streams: readonly OutgoingStream[];
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The moment of the clock at which timestamp 0 of the source was due. */
  readonly epoch: () => number;
}

export class SenderReports {
  readonly #options: SenderReportsOptions;
  readonly #sent: { readonly compact: number; readonly at: number }[] = [];
  #dueAt = 0;
  #cancel: Cancel | undefined;

  constructor(options: SenderReportsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#report(SECOND_REPORT_MS);
  }

  close(): void {
    this.#cancel?.();
  }

  /** The round trip in ms that this report measures, if it answers one of ours. */
  roundTripOf({ lastSenderReport, delaySinceLastSenderReport }: ReceptionReport): number | undefined {
    const sent = this.#sent.find(({ compact }) => compact === lastSenderReport);
    return sent && Math.max(0, this.#options.clock.now() - sent.at - (delaySinceLastSenderReport / 65_536) * 1000);
  }

  /** One compound packet for all tracks, all of the same instant, so that a receiver can tell which sound belongs to which picture. */
  #report(nextMs: number): void {
    const { transport, streams, clock, wallClock, epoch } = this.#options;
    const now = clock.now();
    const ntp = ntpFromUnix(wallClock());
    const reports = streams.map((stream) =>
      writeSenderReport({
        ssrc: stream.track.ssrc,
        ntp,
        rtpTimestamp: stream.timestampOf(((now - epoch()) / 1000) * stream.track.clockRate),
        packetCount: stream.packets,
        octetCount: stream.octets,
      }),
    );
    transport.sendRtcp(Buffer.concat([...reports, writeSourceDescription(streams.map(({ track }) => track.ssrc), transport.cname)]));
    transport.flush();
    this.#sent.push({ compact: compactNtp(ntp), at: now });
    if (this.#sent.length > REMEMBERED_REPORTS) this.#sent.shift();
    this.#dueAt = now + nextMs;
    this.#lookAfter(Math.min(nextMs, IDLE_REPORT_MS));
  }

  #look(): void {
    const now = this.#options.clock.now();
    const dueMs = Math.min(this.#dueAt, this.#lastSentAt() + IDLE_REPORT_MS) - now;
    if (dueMs <= 0) this.#report(REPORT_INTERVAL_MS);
    else this.#lookAfter(dueMs);
  }

  #lookAfter(ms: number): void {
    this.#cancel = this.#options.clock.setTimeout(() => this.#look(), ms);
  }

  /** When a packet of any track went out last. */
  #lastSentAt(): number {
    return Math.max(...this.#options.streams.map(({ lastSentAt }) => lastSentAt));
  }
}
