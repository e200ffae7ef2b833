/**
 * Tells operators how the streamer fares: the event package `statistics` (RFC 6665), whose subscribers get a report a second.
 * Where nobody subscribes nothing happens at all.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Logger } from '../../shared/log/logger.ts';
import type { Agent, Cancel, Clock, Notifier } from '../../shared/sip/index.ts';
import type { Shard } from '../shard/shard.ts';
import { formatReport, REPORT_TYPE, STATISTICS_EVENT } from './report.ts';
import { processUsage, type Usage } from './sample.ts';
import { Sampler } from './sampler.ts';

/** Seconds: a front that has died costs a NOTIFY a second for no longer than this. */
const DEFAULT_EXPIRES = 60;
const MAX_EXPIRES = 120;
/** How long the last NOTIFYs may take when the streamer stops, ms. */
const GOODBYE_LIMIT_MS = 500;
/** One front needs one, however many look. */
const MAX_SUBSCRIPTIONS = 16;

const KEY_BYTES = 16;
const ID_CHARACTERS = 6;

export interface StatisticsOptions {
  readonly agent: Agent;
  readonly shard: Pick<Shard, 'statistics'>;
  readonly log: Logger;
  /** The process's own unless given. */
  readonly usage?: () => Usage;
}

export class Statistics {
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  readonly #sampler: Sampler;

  constructor({ agent, shard, log, usage = processUsage }: StatisticsOptions) {
    const { clock } = agent.layer;
    this.#clock = clock;
    const key = randomBytes(KEY_BYTES);
    this.#sampler = new Sampler({
      shard,
      usage,
      clock,
      idOf: (viewer) => createHmac('sha256', key).update(viewer).digest('base64url').slice(0, ID_CHARACTERS),
      onReport: () => this.#notifier.notifyAll(),
      onFailure: (err) => log.debug({ err }, 'no statistics for this second'),
    });
    this.#notifier = agent.notifier({
      event: STATISTICS_EVENT,
      content: () => this.#content(),
      defaultExpires: DEFAULT_EXPIRES,
      maxExpires: MAX_EXPIRES,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      admit: () => this.#sampler.start(),
      onEnded: () => this.#rest(),
    });
  }

  /** Tells every subscriber that there is nothing more to come; whoever does not answer is not waited for. */
  async close(): Promise<void> {
    this.#sampler.stop();
    const told = Promise.all([...this.#notifier.subscriptions].map((subscription) => subscription.terminate('noresource')));
    let stop: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => (stop = this.#clock.setTimeout(resolve, GOODBYE_LIMIT_MS)));
    await Promise.race([told, late]).finally(stop);
  }

  #content(): { body: string; contentType: string } | undefined {
    const { report } = this.#sampler;
    return report && { body: formatReport(report), contentType: REPORT_TYPE };
  }

  #rest(): void {
    const [subscription] = this.#notifier.subscriptions;
    if (!subscription) this.#sampler.stop();
  }
}
