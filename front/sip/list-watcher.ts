/**
 * Keeps one of the daemon's lists up to date by one standing subscription (RFC 6665), and asks now and then whether the
 * daemon is still there. Whatever ends the subscription, a new one is begun.
 */
import { SERVER_DOWN } from '../../shared/sip/index.ts';
import type { Agent, SipRequest, Subscription } from '../../shared/sip/index.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { SignalingState } from '../directory/directory.ts';
import { LatestList } from '../directory/latest-list.ts';
import type { ListPackage } from '../directory/list-package.ts';
import type { ListClient } from './list-client.ts';
import type { Domain } from './domain.ts';
import { Pulse } from './pulse.ts';
import { sleep, unlessAborted } from './waiting.ts';

const JSON_TYPE = 'application/json';

/** How long a subscription is asked for, seconds; the agent renews it before. */
const SUBSCRIPTION_SECONDS = 60;

/** The daemon is asked for the list when nothing was heard of it for so long, ms. */
const PROBE_MS = 10_000;

/** What was heard within this time needs no question, and an answer that takes longer comes too late for /readyz, ms. */
const READY_MS = 2_000;

/** A subscription that ends sooner is followed by a pause, whatever its end asks for: nobody is to be kept busy by it. */
const SHORT_LIVED_MS = 1_000;

/** Pauses between subscriptions that came to nothing, ms; doubled each time. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

/** RFC 6665 §4.1.3: the notifier asks to be subscribed to anew at once. */
const DEACTIVATED = 'deactivated';

export interface ListWatcherOptions<Entry> {
  agent: Agent;
  list: ListPackage<Entry>;
  client: ListClient<Entry>;
  domain: Domain;
  /** In whose name front asks when it asks for no viewer. */
  name: string;
  clock: Clock;
  log: Logger;
}

export class ListWatcher<Entry> {
  readonly #options: ListWatcherOptions<Entry>;
  readonly #pulse: Pulse;
  readonly #latest = new LatestList<Entry>();
  readonly #closing = new AbortController();
  #subscription: Subscription | undefined;
  #running: Promise<void> | undefined;
  #question: Promise<boolean> | undefined;

  constructor(options: ListWatcherOptions<Entry>) {
    this.#options = options;
    this.#pulse = new Pulse(options.clock);
  }

  get state(): SignalingState {
    return this.#pulse.state;
  }

  /** As last heard; undefined until the daemon was heard for the first time. */
  get entries(): readonly Entry[] | undefined {
    return this.#latest.current;
  }

  /** Called with each list that differs from the one before. */
  onEntries(listener: (entries: readonly Entry[]) => void): void {
    this.#latest.onChange(listener);
  }

  onState(listener: (state: SignalingState) => void): void {
    this.#pulse.onState(listener);
  }

  get closing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether the daemon was heard just now, or answers when it is asked. */
  async reachable(): Promise<boolean> {
    if (this.#pulse.state === 'up' && this.#pulse.silentMs < READY_MS) return true;
    const enough = new AbortController();
    const tooLate = sleep(this.#options.clock, READY_MS, enough.signal).then(() => false);
    return Promise.race([this.#ask(), tooLate]).finally(() => enough.abort());
  }

  /** Begins to subscribe, and goes on until `close`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the subscription; resolves when the daemon has confirmed it or never will. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#subscription?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { clock } = this.#options;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const begun = clock.now();
      const next = await this.#subscribeOnce();
      const wasShortLived = clock.now() - begun < SHORT_LIVED_MS;
      if (!wasShortLived) pauseMs = FIRST_PAUSE_MS;
      if (next === 'at once' && !wasShortLived) continue;
      await sleep(clock, pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** One subscription from SUBSCRIBE to its end. @returns when the next one is to begin */
  async #subscribeOnce(): Promise<'at once' | 'later'> {
    const { agent, domain, list, name, log } = this.#options;
    const over = new AbortController();
    let reason: string | undefined;
    try {
      const request = agent.createRequest('SUBSCRIBE', domain.uri, {
        from: domain.addressOf(name),
        headers: { Event: list.event, Accept: JSON_TYPE, Expires: String(SUBSCRIPTION_SECONDS) },
      });
      const subscription = agent.subscribe(request, { nextHop: domain.nextHop });
      this.#subscription = subscription;
      subscription.onTerminated((why) => {
        reason = why;
        over.abort();
      });
      subscription.onNotify((notify) => void this.#hear(notify));
      await this.#pulse.owes(subscription.established);
      await this.#untilLost(AbortSignal.any([over.signal, this.#closing.signal]));
      void subscription.end();
    } catch (error) {
      log.debug({ err: error }, 'the subscription came to nothing');
      return 'later';
    }
    log.debug({ reason }, 'the subscription is over');
    return reason === undefined || reason === DEACTIVATED || reason === SERVER_DOWN ? 'at once' : 'later';
  }

  /** Resolves when `over` is aborted, or the daemon was silent so long that it may have forgotten the subscription. */
  async #untilLost(over: AbortSignal): Promise<void> {
    const { outages } = this.#pulse;
    while (!over.aborted && this.#pulse.outages === outages) {
      await sleep(this.#options.clock, Math.max(0, PROBE_MS - this.#pulse.silentMs), over);
      if (this.#pulse.silentMs >= PROBE_MS) await unlessAborted(over, () => this.#ask());
    }
  }

  /** Asks for the list, once for all who want to know now. @returns whether the daemon has answered */
  #ask(): Promise<boolean> {
    return (this.#question ??= this.#read().finally(() => (this.#question = undefined)));
  }

  async #read(): Promise<boolean> {
    const take = this.#latest.begin();
    try {
      take(await this.#pulse.owes(this.#options.client.fetch(this.#options.name)));
      return true;
    } catch (error) {
      this.#options.log.debug({ err: error }, `the ${this.#options.list.noun} could not be asked for`);
      return false;
    }
  }

  /** A NOTIFY carries the whole list, or its first page. */
  async #hear(notify: SipRequest): Promise<void> {
    const { client, list, name, log } = this.#options;
    this.#pulse.beats();
    if (notify.body.length === 0) return;
    const take = this.#latest.begin();
    const page = list.readPage(notify.bodyText());
    if (page === undefined || page.dropped > 0) log.warn({ callId: notify.callId }, `signaling notifies of something that is no ${list.noun}, or of entries that cannot be shown`);
    if (page === undefined) return;
    try {
      const others = page.next === undefined ? [] : await client.fetch(name, page.next);
      take([...page.entries, ...others]);
    } catch (error) {
      log.debug({ callId: notify.callId, err: error }, `the rest of the ${list.noun} could not be asked for`);
    }
  }
}
