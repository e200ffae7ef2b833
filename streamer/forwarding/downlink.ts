/** All that one member is sent of others: sizes of pictures as his way and his window have room, repairs, and sender reports. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { Budget } from '../fanout/budget.ts';
import { SentLog } from '../fanout/sent-log.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import { compactNtp, ntpFromUnix } from '../rtp/ntp.ts';
import { MAX_HEADER_BYTES } from '../rtp/packet.ts';
import type { Feedback, ReceptionReport } from '../rtp/rtcp-reader.ts';
import { writeSenderReport, writeSourceDescription } from '../rtp/rtcp-writer.ts';
import type { SentForm, SentTrack } from '../webrtc/member-session.ts';
import { DownlinkEstimate } from './downlink-estimate.ts';
import type { Encoding } from './encoding.ts';
import type { Publication } from './publication.ts';
import { chooseSizes, type ShownPicture } from './size-choice.ts';
import { Subscription } from './subscription.ts';

const REPORT_INTERVAL_MS = 1_000;
/** How many sent reports are remembered to measure the round trip by: those of some seconds, of all streams. */
const REMEMBERED_REPORTS = 128;
/** Repairs may take so much of the way. */
const RETRANSMIT_BYTES_PER_SECOND = 250_000;
const RETRANSMIT_BURST_BYTES = 250_000;
const MIN_RESEND_PAUSE_MS = 8;

const CHOICE_INTERVAL_MS = 250;
/** Of the estimate; the rest is for repairs. */
const USABLE = 0.9;
/** A voice, with headers; sound comes before all pictures. */
const SOUND_BITS_PER_SECOND = 45_000;
/** What a size is taken to cost before that was measured, by its place. */
const PRESUMED_BITS_PER_SECOND = [150_000, 500_000, 1_500_000] as const;
/** Bytes on the wire for one of payload: headers. */
const OVERHEAD = 1.06;
/** Packets sent again in one go, where a larger picture is wanted, to find out whether the way has room for it. */
const PROBE_PACKETS = 10;
const PROBE_INTERVAL_MS = 1_000;

export interface DownlinkOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly sendRtp: (packet: OutgoingPacket) => void;
  readonly sendRtcp: (compound: Buffer) => void;
}

export class Downlink {
  readonly #options: DownlinkOptions;
  readonly #log = new SentLog();
  readonly #budget: Budget;
  readonly #estimate: DownlinkEstimate;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #sentReports: { readonly compact: number; readonly at: number }[] = [];
  #heights: ReadonlyMap<string, number> = new Map();
  #connected = false;
  #roundTripMs: number | undefined;
  #reportedMs = -Infinity;
  #choseMs = -Infinity;
  #probedMs = -Infinity;

  constructor(options: DownlinkOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#budget = new Budget(RETRANSMIT_BYTES_PER_SECOND, RETRANSMIT_BURST_BYTES, now);
    this.#estimate = new DownlinkEstimate(options.clock);
  }

  /** What the way is thought to carry, in bit/s. */
  get bitsPerSecond(): number {
    return this.#estimate.bitsPerSecond;
  }

  get subscriptions(): Iterable<Subscription> {
    return this.#subscriptions.values();
  }

  /** His connection is up. */
  start(): void {
    this.#connected = true;
    this.choose();
  }

  subscribe(publication: Publication, track: SentTrack): void {
    const beginnings = { sequence: this.#below(0x8000), rtxSequence: this.#below(0x8000), timestamp: this.#below(0x1_0000_0000) };
    const send = (packet: OutgoingPacket): void => {
      this.#estimate.noteSent(packet.payload.length + MAX_HEADER_BYTES, this.#options.clock.now());
      this.#options.sendRtp(packet);
    };
    this.#subscriptions.set(track.ssrc, new Subscription({ publication, track, beginnings, log: this.#log, send, onChanged: () => this.choose() }));
  }

  unsubscribe(publication: Publication): SentTrack | undefined {
    for (const [ssrc, subscription] of this.#subscriptions) {
      if (subscription.publication !== publication) continue;
      subscription.close();
      this.#subscriptions.delete(ssrc);
      return subscription.track;
    }
    return undefined;
  }

  /** These tracks, and no others, he takes from now on. */
  accept(forms: ReadonlyMap<SentTrack, SentForm>): void {
    for (const subscription of this.#subscriptions.values()) subscription.accept(forms.get(subscription.track));
    this.choose();
  }

  /** @param heights in pixels, by member; who is not among them is shown as large as he comes */
  sizes(heights: ReadonlyMap<string, number>): void {
    this.#heights = heights;
    this.choose();
  }

  heed(feedback: Feedback, now: number): void {
    switch (feedback.type) {
      case 'nack':
        this.#retransmit(feedback.ssrc, feedback.sequenceNumbers, now);
        break;
      case 'keyframe-request':
        this.#subscriptions.get(feedback.ssrc)?.requestKeyframe(now);
        break;
      case 'reports':
        this.#heedReports(feedback.reports, now);
        break;
      case 'transport':
        this.#estimate.heedArrivals(this.#log.join(feedback.feedback.first, feedback.feedback.arrivals));
        break;
      case 'estimated-bitrate':
        this.#estimate.heedEstimate(feedback.bitsPerSecond);
        break;
      case 'sender-report':
      case 'goodbye':
        break;
    }
  }

  /** To be called some twenty times a second. */
  tick(now: number): void {
    if (now - this.#choseMs >= CHOICE_INTERVAL_MS) this.choose();
    if (now - this.#reportedMs >= REPORT_INTERVAL_MS) this.#report(now);
  }

  /** Decides anew what goes out. */
  choose(): void {
    if (!this.#connected) return;
    const now = this.#options.clock.now();
    this.#choseMs = now;
    const pictures: { readonly subscription: Subscription; readonly shown: ShownPicture }[] = [];
    let sounds = 0;
    for (const subscription of this.#subscriptions.values()) {
      const { publication } = subscription;
      if (!subscription.accepted || !publication.shown) continue;
      if (publication.media === 'video') pictures.push({ subscription, shown: this.#shownOf(subscription, now) });
      else {
        sounds++;
        subscription.want(publication.encodings.at(-1), now);
      }
    }
    const { chosen, limited } = chooseSizes(pictures.map(({ shown }) => shown), Math.max(0, USABLE * this.#estimate.bitsPerSecond - sounds * SOUND_BITS_PER_SECOND));
    pictures.forEach(({ subscription }, index) => {
      const wanted = availableOf(subscription, now)[chosen[index] ?? -1];
      if (wanted !== subscription.wanted) subscription.want(wanted, now);
    });
    this.#estimate.tick(limited, now);
    if (limited && now - this.#probedMs >= PROBE_INTERVAL_MS) this.#probe(now);
  }

  close(): void {
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
  }

  #shownOf(subscription: Subscription, now: number): ShownPicture {
    const { publication, wanted } = subscription;
    const encodings = availableOf(subscription, now);
    return {
      height: this.#heights.get(publication.member) ?? Infinity,
      sizes: encodings.map((encoding) => ({ height: encoding.height, bitsPerSecond: OVERHEAD * (encoding.bitsPerSecond(now) ?? PRESUMED_BITS_PER_SECOND[publication.encodings.indexOf(encoding)] ?? 0) })),
      current: wanted ? encodings.indexOf(wanted) : -1,
    };
  }

  #probe(now: number): void {
    this.#probedMs = now;
    let best: Subscription | undefined;
    for (const subscription of this.#subscriptions.values()) if (subscription.publication.media === 'video' && subscription.current && subscription.packets > (best?.packets ?? 0)) best = subscription;
    if (best && this.#budget.allows(now)) this.#budget.spend(best.probe(PROBE_PACKETS, now));
  }

  #retransmit(ssrc: number, sequenceNumbers: readonly number[], now: number): void {
    const subscription = this.#subscriptions.get(ssrc);
    // Into a queue that grows nothing is sent twice: it would come late, and make all else later.
    if (!subscription || this.#estimate.congested) return;
    for (const sequenceNumber of sequenceNumbers) {
      if (!this.#budget.allows(now)) return;
      this.#budget.spend(subscription.retransmit(sequenceNumber, now, Math.max(MIN_RESEND_PAUSE_MS, this.#roundTripMs ?? 0)));
    }
  }

  #heedReports(reports: readonly ReceptionReport[], now: number): void {
    let lost = -1;
    for (const { ssrc, fractionLost, lastSenderReport, delaySinceLastSenderReport } of reports) {
      const subscription = this.#subscriptions.get(ssrc);
      if (!subscription) continue;
      const sent = this.#sentReports.findLast(({ compact }) => compact === lastSenderReport);
      if (sent) this.#roundTripMs = Math.max(0, now - sent.at - (delaySinceLastSenderReport / 65_536) * 1000);
      if (subscription.publication.media === 'video') lost = Math.max(lost, fractionLost);
    }
    if (lost >= 0) this.#estimate.heedReport(lost, this.#roundTripMs);
  }

  #report(now: number): void {
    this.#reportedMs = now;
    for (const subscription of this.#subscriptions.values()) {
      const report = subscription.senderReport(now);
      if (!report) continue;
      const ntp = ntpFromUnix(report.unixMs);
      this.#options.sendRtcp(Buffer.concat([writeSenderReport({ ...report, ntp }), writeSourceDescription([report.ssrc], subscription.publication.member)]));
      this.#sentReports.push({ compact: compactNtp(ntp), at: now });
      if (this.#sentReports.length > REMEMBERED_REPORTS) this.#sentReports.shift();
    }
  }

  #below(limit: number): number {
    return Math.floor(this.#options.random() * limit);
  }
}

/** A size that its sender has given up cannot be had; where nothing comes at all, what there was is waited for. */
function availableOf({ publication: { encodings }, wanted }: Subscription, now: number): readonly Encoding[] {
  const coming = encodings.filter((encoding) => !encoding.isSilent(now));
  if (coming.length > 0) return coming;
  return wanted && encodings.includes(wanted) ? [wanted] : encodings;
}
