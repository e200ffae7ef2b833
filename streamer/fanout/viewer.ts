/**
 * One viewer's share of the media: he starts at the latest keyframe in a paced burst, then gets each frame as it comes; his
 * NACKs, keyframe requests and reports are answered here.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { readRtcp, type Feedback, type ReceptionReport } from '../rtp/rtcp-reader.ts';
import { writeGoodbye } from '../rtp/rtcp-writer.ts';
import type { MediaFrame } from '../source/source.ts';
import { Budget } from './budget.ts';
import type { TrackHistory } from './history.ts';
import type { QualityControl } from './quality-control.ts';
import { SenderReports } from './sender-reports.ts';
import type { SentLog } from './sent-log.ts';
import type { ViewerStatistics } from './statistics.ts';
import type { OutgoingStream } from './stream.ts';
import { VideoTrack } from './video-track.ts';
import type { ViewerTransport } from './transport.ts';

/** A burst is spread, or it overruns the buffers on its way. */
const BURST_PACKETS = 16;
const BURST_PAUSE_MS = 1;

const RETRANSMIT_BYTES_PER_SECOND = 250_000;
const RETRANSMIT_BURST_BYTES = 250_000;

/** Of the same packet: receivers ask for it again and again, whether it is on its way or not. */
const MIN_RESEND_PAUSE_MS = 8;

/** Starting a viewer over costs a second's worth of packets. Only the first time it may follow at once: what came before he could decrypt it is lost. */
const MIN_RESTART_INTERVAL_MS = 2_000;

/** Where a keyframe can be had in a moment, none that lies further back is begun at, unless the new one does not come for so long. */
const RECENT_MS = 1_000;
const KEYFRAME_PATIENCE_MS = 1_000;
/** Whoever asks again later than this asks anew. */
const NEW_REQUEST_MS = 3_000;

/** A picture older than this is not the present one. */
const OUT_OF_DATE_MS = 10_000;

export interface ViewerOptions {
  readonly transport: ViewerTransport;
  readonly streams: readonly OutgoingStream[];
  /** By the id of their track: what the viewer can be switched to. */
  readonly histories: ReadonlyMap<number, TrackHistory>;
  /** What the streams note their packets in. */
  readonly log: SentLog;
  /** Chooses among renditions; without one the viewer stays with the first. */
  readonly quality: QualityControl | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The moment of the clock at which timestamp 0 of the source was due. */
  readonly epoch: () => number;
  /** Whether nothing comes because the viewer wants it so. */
  readonly rests?: () => boolean;
  /** Asks the source for a keyframe, where it can have one made. */
  readonly requestKeyframe?: () => void;
}

export class Viewer {
  readonly #options: ViewerOptions;
  readonly #budget: Budget;
  readonly #reports: SenderReports;
  readonly #received = new Map<number, ReceptionReport>();
  readonly #video: VideoTrack | undefined;
  readonly #audio: OutgoingStream | undefined;
  #bursting = false;
  #cancelBurst: Cancel | undefined;
  #lastStart = -Infinity;
  #restarted = false;
  #askedAt = -Infinity;
  #closed = false;
  #roundTripMs: number | undefined;
  #nacks = 0;
  #keyframeRequests = 0;
  #estimatedBitrate: number | undefined;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#budget = new Budget(RETRANSMIT_BYTES_PER_SECOND, RETRANSMIT_BURST_BYTES, options.clock.now());
    const video = options.streams.find(({ track }) => track.kind === 'video');
    this.#video = video && new VideoTrack(video, options.histories);
    this.#audio = options.streams.find(({ track }) => track.kind === 'audio');
    this.#reports = new SenderReports(options);
    options.transport.onRtcp((compound) => this.#hear(compound));
  }

  /** To be called when the viewer's connection carries media. */
  start(): void {
    this.#audio?.startLive();
    this.#follow();
    if (!this.#isOutOfDate()) this.#startVideo();
    this.#reports.start();
  }

  /**
   * To be called for each frame, after it has been added to the history; {@link flush} has to follow.
   * @param now ms of the clock
   */
  onFrame(frame: Pick<MediaFrame, 'track' | 'kind' | 'keyframe' | 'discardable' | 'packets'>, now: number): void {
    if (frame.kind === 'audio') {
      if (this.#audio?.history.track === frame.track) this.#audio.advance(Infinity, now);
      return;
    }
    const video = this.#video;
    if (!video?.carries(frame.track)) return;
    if (frame.keyframe) this.#follow();
    if (!video.stream.started) {
      if (frame.keyframe) this.#startVideo();
    } else if (!this.#bursting) video.onFrame(frame, now);
  }

  /** Sends what was queued, for all viewers who share a way out. */
  flush(): void {
    this.#options.transport.flush();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelBurst?.();
    this.#reports.close();
    this.#options.transport.sendRtcp(writeGoodbye(this.#options.streams.map(({ track }) => track.ssrc)));
    this.#options.transport.flush();
  }

  statistics(): ViewerStatistics {
    return {
      tracks: this.#options.streams.map(({ track, packets, octets, retransmitted }) => {
        const report = this.#received.get(track.ssrc);
        return {
          kind: track.kind,
          packets,
          octets,
          retransmitted,
          fractionLost: report?.fractionLost ?? 0,
          packetsLost: report?.packetsLost ?? 0,
          jitterMs: ((report?.jitter ?? 0) / track.clockRate) * 1000,
        };
      }),
      roundTripMs: this.#roundTripMs,
      nacks: this.#nacks,
      keyframeRequests: this.#keyframeRequests,
      estimatedBitrate: this.#options.quality?.state.estimatedBitrate ?? this.#estimatedBitrate,
      rendition: this.#options.quality?.state.name ?? '',
    };
  }

  /** Hears once when the first packet of picture has gone out, or of sound where there is no picture. */
  onFirstFrame(listener: () => void): void {
    (this.#video?.stream ?? this.#audio)?.onFirstPacket(listener);
  }

  /** The choice among renditions, where there is one. */
  get quality(): QualityControl | undefined {
    return this.#options.quality;
  }

  /** What was shown before a live input rested for lack of viewers is nothing to begin with. */
  #isOutOfDate(): boolean {
    const { clock, epoch } = this.#options;
    const stream = this.#video?.stream;
    const latest = stream?.history.latest;
    return stream !== undefined && latest !== undefined && clock.now() - epoch() - (latest.timestamp / stream.track.clockRate) * 1000 > OUT_OF_DATE_MS;
  }

  /** Without a keyframe to start at, the next one that comes will do. */
  #startVideo(): void {
    const video = this.#video;
    if (!video?.start()) {
      if (video) this.#options.requestKeyframe?.();
      return;
    }
    this.#lastStart = this.#options.clock.now();
    this.#cancelBurst?.();
    this.#bursting = true;
    this.#burst(video.stream);
  }

  #burst(stream: OutgoingStream): void {
    const { clock, transport } = this.#options;
    stream.advance(BURST_PACKETS, clock.now());
    transport.flush();
    this.#bursting = stream.behind > 0;
    if (this.#bursting) this.#cancelBurst = clock.setTimeout(() => this.#burst(stream), BURST_PAUSE_MS);
  }

  /** Does as the quality asks: it is asked at keyframes and whenever the viewer has said how he fares. */
  #follow(): void {
    const choice = this.#options.quality?.choose();
    const video = this.#video;
    if (!choice || !video) return;
    video.choose(choice);
    if (choice.urgent === true && video.waits && !this.#bursting) this.#startVideo();
  }

  #hear(compound: Buffer): void {
    if (this.#closed) return;
    for (const feedback of readRtcp(compound)) this.#heed(feedback);
    this.#follow();
    this.#options.transport.flush();
  }

  #heed(feedback: Feedback): void {
    switch (feedback.type) {
      case 'nack':
        this.#nacks++;
        this.#retransmit(feedback.ssrc, feedback.sequenceNumbers);
        break;
      case 'keyframe-request':
        this.#keyframeRequests++;
        this.#restart();
        break;
      case 'reports':
        for (const report of feedback.reports) this.#note(report);
        break;
      case 'transport': {
        const { first, arrivals } = feedback.feedback;
        this.#options.quality?.onTransportFeedback(this.#options.log.join(first, arrivals));
        break;
      }
      case 'estimated-bitrate':
        this.#estimatedBitrate = feedback.bitsPerSecond;
        this.#options.quality?.onEstimatedBitrate(feedback.bitsPerSecond);
        break;
      case 'sender-report':
        break; // a viewer sends nothing
      case 'goodbye':
        break; // whoever leaves says so by BYE on the signaling way, or ends DTLS
    }
  }

  #retransmit(ssrc: number, sequenceNumbers: readonly number[]): void {
    const stream = this.#options.streams.find(({ track }) => track.ssrc === ssrc);
    const now = this.#options.clock.now();
    // Into a queue that grows nothing is sent twice: it would come late, and make all else later.
    if (this.#options.quality?.congested === true) return;
    for (const sequenceNumber of sequenceNumbers) {
      if (!stream || !this.#budget.allows(now)) return;
      this.#budget.spend(stream.retransmit(sequenceNumber, now, Math.max(MIN_RESEND_PAUSE_MS, this.#roundTripMs ?? 0)));
    }
  }

  /** No encoder makes a keyframe for one viewer; but the latest one is at most a second old, and he can start over there. Who publishes makes one. */
  #restart(): void {
    // Browsers ask for a keyframe some seconds after the last frame; whoever has paused is to see that one, and nothing move.
    if (this.#options.rests?.() === true) return;
    const soon = this.#options.clock.now() - this.#lastStart < MIN_RESTART_INTERVAL_MS;
    if ((this.#restarted && (this.#bursting || soon)) || this.#awaitsKeyframe()) return;
    this.#restarted = true;
    this.#follow();
    this.#startVideo();
  }

  /** Whether the next keyframe, which is asked for, will be there sooner than he could be caught up from the latest one. */
  #awaitsKeyframe(): boolean {
    const { requestKeyframe, clock } = this.#options;
    const { stream } = this.#video ?? {};
    if (!requestKeyframe || !stream) return false;
    const { keyframe, latest } = stream.history;
    if (keyframe && latest && ((latest.timestamp - keyframe.timestamp) / stream.track.clockRate) * 1000 < RECENT_MS) return false;
    requestKeyframe();
    const now = clock.now();
    if (now - this.#askedAt > NEW_REQUEST_MS) this.#askedAt = now;
    return now - this.#askedAt < KEYFRAME_PATIENCE_MS;
  }

  #note(report: ReceptionReport): void {
    if (!this.#options.streams.some(({ track }) => track.ssrc === report.ssrc)) return;
    this.#received.set(report.ssrc, report);
    this.#roundTripMs = this.#reports.roundTripOf(report) ?? this.#roundTripMs;
    this.#options.quality?.onReport({ fractionLost: report.fractionLost, roundTripMs: this.#roundTripMs });
  }
}
