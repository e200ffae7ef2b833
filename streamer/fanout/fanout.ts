/** One source, many viewers: each frame is kept once and handed to every viewer at the moment when it comes. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { MediaFrame, Source } from '../source/source.ts';
import { TrackHistory } from './history.ts';
import type { MakeQuality } from './quality-control.ts';
import type { SendDelays } from './send-delays.ts';
import { SentLog } from './sent-log.ts';
import { OutgoingStream } from './stream.ts';
import type { ViewerTransport } from './transport.ts';
import { Viewer } from './viewer.ts';

const MS_PER_SECOND = 1000;

export interface FanoutOptions {
  readonly source: Source;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How many packets of each track are remembered; as many as a live source needs unless given. */
  readonly historyPackets?: number;
  /** Watches over a viewer who can be given several renditions. */
  readonly quality?: MakeQuality;
  /** Where it is noted how late frames go out, if anywhere. */
  readonly delays?: SendDelays;
}

export class Fanout {
  readonly #options: FanoutOptions;
  readonly #histories: ReadonlyMap<number, TrackHistory>;
  /** Ticks in a millisecond, by the id of the track. */
  readonly #ticks: ReadonlyMap<number, number>;
  readonly #viewers = new Set<Viewer>();

  constructor(options: FanoutOptions) {
    this.#options = options;
    this.#histories = new Map(options.source.tracks.map(({ id }) => [id, new TrackHistory(id, options.historyPackets)]));
    this.#ticks = new Map(options.source.tracks.map(({ id, codec }) => [id, codec.clockRate / MS_PER_SECOND]));
    options.source.onFrame((frame) => this.#send(frame));
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Begins to send to a viewer whose connection is up, from the latest keyframe on. */
  add(transport: ViewerTransport): Viewer {
    const { clock, wallClock, source, quality } = this.#options;
    const log = new SentLog();
    const streams = transport.tracks.flatMap((track) => {
      const [id = NaN] = track.sources;
      const history = this.#histories.get(id);
      if (!history) return [];
      const beginnings = { sequence: this.#below(0x8000), rtxSequence: this.#below(0x8000), timestamp: this.#below(0x1_0000_0000) };
      return [new OutgoingStream({ track, history, beginnings, log, send: (packet) => transport.sendRtp(packet) })];
    });
    const video = transport.tracks.find(({ kind }) => kind === 'video');
    const viewer = new Viewer({
      transport,
      streams,
      histories: this.#histories,
      log,
      quality: video && quality?.(source.tracks.filter(({ id }) => video.sources.includes(id))),
      clock,
      wallClock,
      epoch: () => source.epoch,
      rests: () => source.rests === true,
      ...(source.requestKeyframe ? { requestKeyframe: () => source.requestKeyframe?.() } : {}),
    });
    this.#viewers.add(viewer);
    viewer.start();
    return viewer;
  }

  remove(viewer: Viewer): void {
    if (this.#viewers.delete(viewer)) viewer.close();
  }

  /** Lets go of the packets that went out: nobody will ask for one of them any more. */
  forget(): void {
    for (const history of this.#histories.values()) history.forget();
  }

  close(): void {
    for (const viewer of this.#viewers) this.remove(viewer);
  }

  #below(limit: number): number {
    return Math.floor(this.#options.random() * limit);
  }

  #send(frame: MediaFrame): void {
    this.#histories.get(frame.track)?.add(frame);
    const now = this.#options.clock.now();
    for (const viewer of this.#viewers) viewer.onFrame(frame, now);
    for (const viewer of this.#viewers) viewer.flush();
    if (this.#viewers.size > 0) this.#noteDelay(frame);
  }

  #noteDelay({ track, packets: [first] }: MediaFrame): void {
    const { delays, source, clock } = this.#options;
    const ticks = this.#ticks.get(track);
    if (delays && first && ticks !== undefined) delays.note(clock.now() - source.epoch - first.timestamp / ticks);
  }
}
