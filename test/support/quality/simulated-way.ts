/** A viewer's way on paper: a narrow link with a queue before it, losses, jitter, and feedback ten times a second, in virtual time. */
import { Quality } from '../../../streamer/quality/quality.ts';
import type { PacketFate } from '../../../streamer/quality/packet-fate.ts';
import type { RenditionOption } from '../../../streamer/quality/rendition-choice.ts';
import { seededRandom } from '../sip/seeded-random.ts';
import { VirtualClock } from '../sip/virtual-clock.ts';

export interface WayOptions {
  readonly renditions: readonly RenditionOption[];
  readonly seconds: number;
  /** Bits per second at a moment, in seconds; what others take is taken off. */
  readonly capacity: (second: number) => number;
  /** What does not fit in here is dropped. */
  readonly queueBytes?: number;
  /** Bits per second that a policer lets through on average, whatever the link's capacity: no queue, and short bursts pass. */
  readonly policed?: number;
  /** Part of the packets that vanish whatever is sent. */
  readonly loss?: number;
  /** Packets are held up by up to this. */
  readonly jitterMs?: number;
  /** How long the receiver's processor sleeps at times: all that came meanwhile has one time of arrival. */
  readonly stallMs?: number;
  /** Which feedback the viewer gives. */
  readonly feedback?: 'transport' | 'reports';
  readonly seed?: number;
  /** Called each second, before anything else. */
  readonly onSecond?: (second: number, quality: Quality) => void;
}

export interface Moment {
  readonly second: number;
  readonly rendition: string;
  readonly estimate: number | undefined;
  /** What the latest packet waited for the link. */
  readonly waitMs: number;
}

const FRAMES_PER_SECOND = 25;
const KEYFRAME_SIZE = 6;
const PACKET_BYTES = 1_180;
const DELAY_MS = 20;
const FEEDBACK_MS = 100;
const REPORT_MS = 1_000;
const POLICER_BYTES = 60_000;

export interface WayResult {
  readonly moments: readonly Moment[];
  /** Second and name of each rendition that was begun with at a keyframe. */
  readonly switches: readonly { readonly second: number; readonly to: string }[];
  readonly framesLeftOut: number;
}

export function simulate(options: WayOptions): WayResult {
  const { renditions, capacity, queueBytes = 200_000, loss = 0, jitterMs = 0, stallMs = 0, seed = 1 } = options;
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const quality = new Quality({ renditions, clock });
  let current = quality.choose().track;
  const moments: Moment[] = [];
  const switches = [{ second: 0, to: nameOf(renditions, current) }];
  let freeMs = 0;
  let lastArrivalMs = 0;
  let stallUntilMs = 0;
  let waitMs = 0;
  let framesLeftOut = 0;
  let pending: { sentMs: number; bytes: number; arrivesMs: number | undefined }[] = [];
  let sentSinceReport = 0;
  let lostSinceReport = 0;

  let tokens = POLICER_BYTES;
  let tokensAtMs = 0;

  const passesPolicer = (now: number, bytes: number): boolean => {
    if (options.policed === undefined) return true;
    tokens = Math.min(POLICER_BYTES, tokens + ((now - tokensAtMs) * options.policed) / 8000);
    tokensAtMs = now;
    if (tokens < bytes) return false;
    tokens -= bytes;
    return true;
  };
  const arrival = (now: number, bytes: number): number | undefined => {
    if (!passesPolicer(now, bytes)) return undefined;
    const bitsPerMs = capacity(now / 1000) / 1000;
    freeMs = Math.max(freeMs, now);
    waitMs = freeMs - now;
    if (waitMs * bitsPerMs > queueBytes * 8) return undefined;
    freeMs += (bytes * 8) / bitsPerMs;
    if (random() < loss) return undefined;
    let arrivesMs = Math.max(lastArrivalMs, freeMs + DELAY_MS + random() * jitterMs);
    if (stallMs > 0 && arrivesMs > stallUntilMs && random() < 0.01) stallUntilMs = arrivesMs + random() * stallMs;
    arrivesMs = Math.max(arrivesMs, stallUntilMs);
    return (lastArrivalMs = arrivesMs);
  };
  const sendFrame = (number: number) => {
    const keyframe = number % FRAMES_PER_SECOND === 0;
    const choice = quality.choose();
    if ((keyframe || choice.urgent) && choice.track !== current) {
      current = choice.track;
      switches.push({ second: clock.now() / 1000, to: nameOf(renditions, current) });
      // From its latest keyframe on.
      for (let missed = number - (number % FRAMES_PER_SECOND); missed < number; missed++) sendPicture(missed % FRAMES_PER_SECOND === 0);
    }
    // Every other frame but the keyframe is one that nobody refers to.
    if (choice.dropDiscardable && number % 2 === 1) {
      framesLeftOut++;
      return;
    }
    sendPicture(keyframe);
  };
  const sendPicture = (keyframe: boolean) => {
    const { bitsPerSecond } = renditions.find(({ track }) => track === current)!;
    const unit = bitsPerSecond / 8 / (FRAMES_PER_SECOND - 1 + KEYFRAME_SIZE);
    for (let left = unit * (keyframe ? KEYFRAME_SIZE : 0.7 + 0.6 * random()); left > 0; left -= PACKET_BYTES) {
      const bytes = Math.min(PACKET_BYTES, Math.ceil(left)) + 20;
      pending.push({ sentMs: clock.now(), bytes, arrivesMs: arrival(clock.now(), bytes) });
    }
  };
  const giveFeedback = () => {
    // All up to the latest packet that has come is reported.
    const reported = pending.findLastIndex(({ arrivesMs }) => arrivesMs !== undefined && arrivesMs <= clock.now());
    const fates: PacketFate[] = pending.slice(0, reported + 1).map(({ sentMs, bytes, arrivesMs }) => ({ sentMs, bytes, receivedMs: arrivesMs === undefined ? undefined : 1e6 + Math.round(arrivesMs * 4) / 4 }));
    pending = pending.slice(reported + 1);
    sentSinceReport += fates.length;
    lostSinceReport += fates.filter(({ receivedMs }) => receivedMs === undefined).length;
    if (options.feedback !== 'reports') quality.onTransportFeedback(fates);
  };
  const report = () => {
    if (options.feedback === 'reports' && sentSinceReport > 0) quality.onReport({ fractionLost: lostSinceReport / sentSinceReport, roundTripMs: 2 * DELAY_MS + waitMs });
    sentSinceReport = lostSinceReport = 0;
  };
  for (let frame = 0; frame < options.seconds * FRAMES_PER_SECOND; frame++) clock.setTimeout(() => sendFrame(frame), (frame * 1000) / FRAMES_PER_SECOND);
  for (let at = FEEDBACK_MS; at < options.seconds * 1000; at += FEEDBACK_MS) clock.setTimeout(giveFeedback, at);
  for (let at = REPORT_MS; at < options.seconds * 1000; at += REPORT_MS) clock.setTimeout(report, at);
  for (let second = 0; second < options.seconds; second++) {
    options.onSecond?.(second, quality);
    clock.tick(1000);
    const { estimatedBitrate } = quality.state;
    moments.push({ second: second + 1, rendition: nameOf(renditions, current), estimate: estimatedBitrate, waitMs });
  }
  return { moments, switches, framesLeftOut };
}

function nameOf(renditions: readonly RenditionOption[], track: number): string {
  return renditions.find((option) => option.track === track)?.name ?? '';
}
