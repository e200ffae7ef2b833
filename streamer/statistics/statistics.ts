/**
 * Tells operators how the streamer fares: the event package `statistics` (RFC 6665), whose subscribers get a report a second.
 * Where nobody subscribes nothing happens at all.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Logger } from '../../shared/log/logger.ts';
import type { Agent, Cancel, Clock, IncomingRequest, Notifier, ServerSubscription, SipRequest } from '../../shared/sip/index.ts';
import type { Shard } from '../shard/shard.ts';
import { formatReport, REPORT_TYPE, STATISTICS_EVENT } from './report.ts';
import { processUsage, type Usage } from './sample.ts';
import { Sampler } from './sampler.ts';

/** Seconds: a front that has died costs a NOTIFY a second for no longer than this. */
const DEFAULT_EXPIRES = 60;
const MAX_EXPIRES = 120;
/** How long the last NOTIFYs may take when the streamer stops, ms. */
const GOODBYE_LIMIT_MS = 500;
/** To one streamer. One front needs one, however many look. */
const MAX_SUBSCRIPTIONS = 16;
const RETRY_AFTER_SECONDS = '10';

const KEY_BYTES = 16;
const ID_CHARACTERS = 6;

/** Who serves viewers, and so knows how they fare. */
export type Counted = Pick<Shard, 'statistics'>;

export interface StatisticsOptions {
  readonly agent: Agent;
  /** Whose numbers a SUBSCRIBE asks for; undefined where there is no such streamer here. */
  readonly shardOf: (request: SipRequest) => Counted | undefined;
  readonly log: Logger;
  /** The process's own unless given. */
  readonly usage?: () => Usage;
}

interface Watched {
  readonly sampler: Sampler;
  readonly subscriptions: Set<ServerSubscription>;
}

export class Statistics {
  readonly #options: StatisticsOptions;
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  readonly #key = randomBytes(KEY_BYTES);
  /** Those that somebody wants to know of. */
  readonly #watched = new Map<Counted, Watched>();
  readonly #shards = new WeakMap<ServerSubscription, Counted>();

  constructor(options: StatisticsOptions) {
    this.#options = options;
    const { agent } = options;
    this.#clock = agent.layer.clock;
    this.#notifier = agent.notifier({
      event: STATISTICS_EVENT,
      content: (subscription) => this.#content(subscription),
      defaultExpires: DEFAULT_EXPIRES,
      maxExpires: MAX_EXPIRES,
      admit: (subscription, incoming) => this.#admit(subscription, incoming),
      onEnded: (subscription) => this.#forget(subscription),
    });
  }

  /** Tells every subscriber that there is nothing more to come; whoever does not answer is not waited for. */
  async close(): Promise<void> {
    for (const { sampler } of this.#watched.values()) sampler.stop();
    await this.#endAll(this.#notifier.subscriptions);
  }

  /** The same for those who subscribed to one streamer's, which is no more. */
  async end(shard: Counted): Promise<void> {
    const watched = this.#watched.get(shard);
    if (!watched) return;
    watched.sampler.stop();
    await this.#endAll(watched.subscriptions);
  }

  async #endAll(subscriptions: Iterable<ServerSubscription>): Promise<void> {
    const told = Promise.all([...subscriptions].map((subscription) => subscription.terminate('noresource')));
    let stop: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => (stop = this.#clock.setTimeout(resolve, GOODBYE_LIMIT_MS)));
    await Promise.race([told, late]).finally(stop);
  }

  async #admit(subscription: ServerSubscription, incoming: IncomingRequest): Promise<void> {
    const shard = this.#options.shardOf(incoming.request);
    if (!shard) {
      incoming.reply(404);
      return;
    }
    const watched = this.#watched.get(shard) ?? { sampler: this.#samplerOf(shard), subscriptions: new Set() };
    if (watched.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      incoming.reply(503, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } });
      return;
    }
    this.#watched.set(shard, watched);
    this.#shards.set(subscription, shard);
    watched.subscriptions.add(subscription);
    await watched.sampler.start();
    if (!incoming.pending) this.#forget(subscription);
  }

  #samplerOf(shard: Counted): Sampler {
    const { usage = processUsage, log } = this.#options;
    return new Sampler({
      shard,
      usage,
      clock: this.#clock,
      idOf: (viewer) => createHmac('sha256', this.#key).update(viewer).digest('base64url').slice(0, ID_CHARACTERS),
      onReport: () => {
        for (const subscription of this.#watched.get(shard)?.subscriptions ?? []) subscription.notify();
      },
      onFailure: (err) => log.debug({ err }, 'no statistics for this second'),
    });
  }

  #content(subscription: ServerSubscription): { body: string; contentType: string } | undefined {
    const shard = this.#shards.get(subscription);
    const report = shard && this.#watched.get(shard)?.sampler.report;
    return report && { body: formatReport(report), contentType: REPORT_TYPE };
  }

  #forget(subscription: ServerSubscription): void {
    const shard = this.#shards.get(subscription);
    const watched = shard && this.#watched.get(shard);
    watched?.subscriptions.delete(subscription);
    if (!shard || !watched || watched.subscriptions.size > 0) return;
    watched.sampler.stop();
    this.#watched.delete(shard);
  }
}
