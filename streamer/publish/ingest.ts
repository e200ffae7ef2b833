/** Takes the calls of those who publish and of those who watch what they publish: one agent, told apart by whom a request is for. */
import { Drain } from '../../shared/drain/drain.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { PUBLISH_NAME } from '../../shared/publish/publish-name.ts';
import { SipSyntaxError, type Agent, type Clock, type IncomingCall, type SipRequest } from '../../shared/sip/index.ts';
import type { CallMeter } from '../call/call-meter.ts';
import { takeCandidates } from '../call/candidates.ts';
import type { Endpoint } from '../call/endpoint.ts';
import { RefusedError } from '../call/refused.ts';
import { reportFailures } from '../diagnosis/report-failures.ts';
import { NO_TOTALS, sumOf, type Totals } from '../fanout/totals.ts';
import type { ForwardingCounts } from '../forwarding/counts.ts';
import type { OpenedPort } from '../forwarding/open-port.ts';
import type { ShardSettings } from '../shard/open-local.ts';
import type { Shard } from '../shard/shard.ts';
import { Statistics } from '../statistics/statistics.ts';
import { readPublishTerms, type PublishTerms } from './publish-header.ts';
import { PublishedStream } from './published-stream.ts';
import { Publisher } from './publisher.ts';
import { PublisherCall } from './publisher-call.ts';

const OFFER_TYPE = 'application/sdp';
const RETRY_AFTER = { 'Retry-After': '10' };

export interface IngestOptions {
  readonly agent: Agent;
  readonly endpoint: Pick<Endpoint, 'registration'>;
  /** At which publishers are received. */
  readonly port: Pick<OpenedPort, 'surroundings'>;
  /** How viewers are served. */
  readonly settings: ShardSettings;
  readonly maxPublishers: number;
  /** Of each who publishes. */
  readonly maxViewers: number;
  /** What publishers send and are told is added to these. */
  readonly counts: ForwardingCounts;
  readonly meter: CallMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Ingest {
  readonly #options: IngestOptions;
  readonly #statistics: Statistics;
  /** By the name under which it is watched. */
  readonly #calls = new Map<string, PublisherCall>();
  readonly #running = new Set<Promise<void>>();
  readonly #failures: ReturnType<typeof reportFailures>;
  readonly #drain = new Drain(() => this.#calls.size === 0);
  /** Of streams whose totals are not in what is gone yet. */
  readonly #shards = new Set<Shard>();
  #gone = NO_TOTALS;
  #closing = false;

  constructor(options: IngestOptions) {
    this.#options = options;
    const { agent, log } = options;
    this.#failures = reportFailures(log);
    this.#statistics = new Statistics({ agent, shardOf: (request) => this.#streamOf(request)?.shard, log });
    takeCandidates(agent);
    agent.onCall((call) => (userOf(call.request) === PUBLISH_NAME ? this.#publish(call) : this.#watch(call)));
  }

  /** Those who publish, or are about to. */
  get publishers(): number {
    return this.#calls.size;
  }

  /** Of all streams. */
  get viewers(): number {
    return [...this.#calls.values()].reduce((sum, { stream }) => sum + (stream?.viewers ?? 0), 0);
  }

  /** What all viewers were sent, also those of streams that have ended. */
  async totals(): Promise<Totals> {
    const each = await Promise.all([...this.#shards].map(async (shard) => ({ shard, totals: await shard.totals() })));
    // One that ended meanwhile is among those that are gone.
    return each.filter(({ shard }) => this.#shards.has(shard)).reduce((sum, { totals }) => sumOf(sum, totals), this.#gone);
  }

  /** Takes nobody else who would publish, and viewers of those who do; resolves when nobody publishes any more, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    return this.#drain.begin(signal);
  }

  /** Ends all that is published: BYE to viewers and publishers, and their names leave the directory. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#statistics.close();
    for (const call of this.#calls.values()) call.end(503, 'the ingest stops');
    await Promise.all(this.#running);
    this.#failures.close();
  }

  async #publish(call: IncomingCall): Promise<void> {
    let terms: PublishTerms;
    try {
      terms = this.#admit(call);
    } catch (error) {
      if (error instanceof RefusedError) call.reject(error.status, error.reply);
      else if (error instanceof SipSyntaxError) call.reject(error.status, new RefusedError(error.status, error.message).reply);
      else throw error;
      return;
    }
    const publisherCall = this.#callOf(call, terms);
    this.#calls.set(terms.name, publisherCall);
    const running = publisherCall.run();
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
      this.#calls.delete(terms.name);
      this.#drain.somebodyLeft();
    }
  }

  /** @throws RefusedError, SipSyntaxError */
  #admit({ request }: IncomingCall): PublishTerms {
    if (this.#closing || this.#drain.begun) throw new RefusedError(503, 'this process stops', RETRY_AFTER);
    if (request.body.length === 0) throw new RefusedError(400, 'there is no offer');
    if (request.contentType !== OFFER_TYPE) throw new RefusedError(415, `an offer is ${OFFER_TYPE}`, { Accept: OFFER_TYPE });
    const terms = readPublishTerms(request);
    if (this.#calls.has(terms.name)) throw new RefusedError(403, `somebody publishes as ${terms.name} already`);
    if (this.#calls.size >= this.#options.maxPublishers) throw new RefusedError(503, 'as many publish here as this process takes', RETRY_AFTER);
    return terms;
  }

  #callOf(call: IncomingCall, terms: PublishTerms): PublisherCall {
    const { port, endpoint, settings, maxViewers, counts, meter, clock, log } = this.#options;
    return new PublisherCall({
      call,
      name: terms.name,
      connect: async (offer) => new Publisher({ ...(await port.surroundings()), offer, counts }),
      open: async ({ source }, onNameLost) => {
        const stream = await PublishedStream.open({ terms, source, endpoint, settings, maxViewers, meter, clock, log: log.child({ published: terms.name }), onLeaving: (shard) => this.#end(shard), onNameLost });
        this.#shards.add(stream.shard);
        return stream;
      },
      onFailed: (callId, diagnosis) => this.#failures.report(callId, diagnosis),
      clock,
      log,
    });
  }

  async #end(shard: Shard): Promise<void> {
    await this.#statistics.end(shard);
    const totals = await shard.totals();
    if (this.#shards.delete(shard)) this.#gone = sumOf(this.#gone, totals);
  }

  async #watch(call: IncomingCall): Promise<void> {
    const stream = this.#streamOf(call.request);
    if (stream) await stream.take(call);
    else call.reject(404);
  }

  #streamOf(request: SipRequest): PublishedStream | undefined {
    return this.#calls.get(userOf(request) ?? '')?.stream;
  }
}

/** The proxy has put our Contact in place of the address: its user part is the name. */
function userOf(request: SipRequest): string | undefined {
  return request.parsedUri().user;
}
