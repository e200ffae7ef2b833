/**
 * A shard in a worker thread, as the main thread sees it: offers, answers and frames go by messages. A worker that crashes takes
 * nobody with it but its own viewers, who are told, and is started anew after a while.
 */
import type { Logger } from '../../shared/log/logger.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { Backoff } from '../../shared/registration/backoff.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { NO_TOTALS, sumOf, type Totals } from '../fanout/totals.ts';
import type { Source } from '../source/source.ts';
import type { Backlog } from './backlog.ts';
import { packFrame, type FrameMessage, type FromWorker, type Link, type RefusalKind, type ShardFigures, type ToWorker } from './messages.ts';
import { RemoteWatching } from './remote-watching.ts';
import { ShardUnavailableError, type Shard, type Watching } from './shard.ts';

const RESTART = { firstMs: 250, maxMs: 30_000 } as const;
/** Whoever lived this long did not crash because of how it was started. */
const STABLE_MS = 60_000;
/** A worker that does not end by itself is ended. */
const CLOSE_LIMIT_MS = 2_000;
/** Whoever wants figures wants them each second, and those of the other workers as well. */
const STATISTICS_LIMIT_MS = 500;

/** A thread that runs, or will in a moment. */
export interface WorkerThread extends Link<ToWorker, FromWorker> {
  /** Hears once that the thread has ended, and of what unless it was asked to. */
  onEnded(listener: (error: Error | undefined) => void): void;
  terminate(): void;
}

export interface WorkerShardOptions {
  /** Its number among the shards, for the log. */
  readonly number: number;
  readonly start: () => WorkerThread;
  readonly source: Source;
  /** Filled by whoever listens to the source before any shard does. */
  readonly backlog: Backlog;
  readonly clock: Clock;
  /** ms since 1970 at which the clock was 0. */
  readonly timeOrigin: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const NO_FIGURES: ShardFigures = { viewers: new Map<string, ViewerStatistics>(), totals: NO_TOTALS };

export class WorkerShard implements Shard {
  readonly #options: WorkerShardOptions;
  readonly #log: Logger;
  readonly #backoff: Backoff;
  readonly #viewers = new Map<number, RemoteWatching>();
  readonly #requests = new Map<number, (figures: ShardFigures) => void>();
  readonly #readyListeners: (() => void)[] = [];
  /** As of the latest answer. */
  #figures: ShardFigures = NO_FIGURES;
  /** As far as it was known when they crashed, of the threads before this one. */
  #lost = NO_TOTALS;
  #thread: WorkerThread | undefined;
  #ready = false;
  #startedAt = 0;
  #nextId = 0;
  #closing = false;
  #cancelRestart: Cancel | undefined;
  #ended: (() => void) | undefined;

  constructor(options: WorkerShardOptions) {
    this.#options = options;
    this.#log = options.log.child({ worker: options.number });
    this.#backoff = new Backoff(RESTART, options.random);
    this.#start();
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get available(): boolean {
    return this.#ready && !this.#closing;
  }

  /** Hears once when viewers can be admitted for the first time. */
  onReady(listener: () => void): void {
    if (this.#ready) listener();
    else this.#readyListeners.push(listener);
  }

  admit(name: string, offer: string): Promise<Watching> {
    if (!this.available) return Promise.reject(new ShardUnavailableError(`Worker ${this.#options.number} is not there to answer the offer`));
    const id = this.#nextId++;
    const viewer = new RemoteWatching(name, {
      delivered: () => this.#thread?.post({ type: 'delivered', id }),
      release: () => this.#thread?.post({ type: 'release', id }),
      renew: (renewed) => this.#thread?.post({ type: 'renew', id, offer: renewed }),
      addCandidates: (candidates) => this.#thread?.post({ type: 'candidates', id, candidates }),
    });
    this.#viewers.set(id, viewer);
    this.#thread?.post({ type: 'admit', id, name, offer });
    return viewer.answered;
  }

  async statistics(): Promise<ReadonlyMap<string, ViewerStatistics>> {
    return (await this.#ask()).viewers;
  }

  async totals(): Promise<Totals> {
    const { totals } = await this.#ask();
    return sumOf(this.#lost, totals);
  }

  /** A worker that is late is told of as it was: without its viewers, all that they ever got would count as new once it answers. */
  #ask(): Promise<ShardFigures> {
    if (!this.available) return Promise.resolve(NO_FIGURES);
    const request = this.#nextId++;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimeout(() => {
        this.#requests.delete(request);
        resolve(this.#latestFigures());
      }, STATISTICS_LIMIT_MS);
      this.#requests.set(request, (figures) => {
        cancel();
        resolve(figures);
      });
      this.#thread?.post({ type: 'statistics', request });
    });
  }

  /** Passes a frame on; whoever made it packs it once for all workers. */
  send(frame: FrameMessage): void {
    if (this.#ready) this.#thread?.post(frame);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelRestart?.();
    const thread = this.#thread;
    if (!thread) return;
    const ended = new Promise<void>((resolve) => (this.#ended = resolve));
    const cancel = this.#options.clock.setTimeout(() => thread.terminate(), CLOSE_LIMIT_MS);
    thread.post({ type: 'close' });
    await ended;
    cancel();
  }

  /** Without those who have gone since. */
  #latestFigures(): ShardFigures {
    const names = new Set([...this.#viewers.values()].map(({ name }) => name));
    const { viewers, totals } = this.#figures;
    return { viewers: new Map([...viewers].filter(([name]) => names.has(name))), totals };
  }

  #start(): void {
    const { start, clock, number } = this.#options;
    this.#startedAt = clock.now();
    const thread = start();
    this.#thread = thread;
    thread.onMessage((message) => this.#hear(message));
    thread.onEnded((error) => this.#onEnded(error ?? new Error(`Worker ${number} ended without being asked to`)));
  }

  #onEnded(err: Error): void {
    this.#thread = undefined;
    this.#ready = false;
    const lost = [...this.#viewers.values()];
    this.#viewers.clear();
    this.#lost = sumOf(this.#lost, this.#figures.totals);
    this.#figures = NO_FIGURES;
    for (const resolve of this.#requests.values()) resolve(NO_FIGURES);
    this.#requests.clear();
    for (const viewer of lost) viewer.lose();
    if (this.#closing) {
      this.#ended?.();
      return;
    }
    const { clock } = this.#options;
    if (clock.now() - this.#startedAt > STABLE_MS) this.#backoff.reset();
    const wait = this.#backoff.next();
    this.#log.error({ err, viewers: lost.length }, `a media worker crashed, and its viewers have to call again; it is started anew in ${Math.round(wait)} ms`);
    this.#cancelRestart = clock.setTimeout(() => this.#start(), wait);
  }

  #onReady(): void {
    const { backlog, source, timeOrigin } = this.#options;
    this.#ready = true;
    for (const frame of backlog.frames()) this.send(packFrame(frame, source.epoch, timeOrigin));
    for (const listener of this.#readyListeners.splice(0)) listener();
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#onReady();
        break;
      case 'keyframe':
        this.#options.source.requestKeyframe?.();
        break;
      case 'log':
        this.#log[message.level](message.fields, message.text);
        break;
      case 'statistics':
        this.#figures = message;
        this.#requests.get(message.request)?.(message);
        this.#requests.delete(message.request);
        break;
      default:
        this.#hearOfViewer(message);
    }
  }

  #hearOfViewer(message: Extract<FromWorker, { id: number }>): void {
    const viewer = this.#viewers.get(message.id);
    switch (message.type) {
      case 'answer':
        viewer?.answerWith(message.answer);
        break;
      case 'renewed':
        viewer?.renewWith(message.answer);
        break;
      case 'not-renewed':
        viewer?.refuseRenewal(refusal(message.kind, message.error));
        break;
      case 'connected':
        viewer?.connect();
        break;
      case 'first-frame':
        viewer?.show();
        break;
      case 'closed':
        viewer?.end(message.reason, message.diagnosis);
        break;
      case 'refused':
        this.#viewers.delete(message.id);
        viewer?.refuse(refusal(message.kind, message.error));
        break;
      case 'released':
        this.#viewers.delete(message.id);
        viewer?.release(message.statistics);
        break;
    }
  }
}

/** Errors lose their class on the way between threads. */
function refusal(kind: RefusalKind, error: Error): Error {
  if (kind === 'sdp') return new SdpError(error.message);
  return kind === 'not-acceptable' ? new NotAcceptableError(error.message) : error;
}
