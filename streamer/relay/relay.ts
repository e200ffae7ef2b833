/** A streamer that relays another: finds out what that one sends, is found by viewers from then on, and begins anew when it becomes something else. */
import { Backoff } from '../../shared/registration/backoff.ts';
import type { Agent, Cancel, IncomingCall } from '../../shared/sip/index.ts';
import { describe, type Texts } from '../call/description.ts';
import type { Endpoint } from '../call/endpoint.ts';
import { RefusedError } from '../call/refused.ts';
import type { Replica } from '../call/replica.ts';
import { NO_TOTALS, sumOf, type Totals } from '../fanout/totals.ts';
import type { Shard } from '../shard/shard.ts';
import type { TakenCodecs } from '../webrtc/watch-offer.ts';
import { findUpstream, type Found } from './find.ts';
import type { Origin } from './origin.ts';
import { Stage, type StageOptions } from './stage.ts';
import type { UpstreamState } from './upstream.ts';
import type { UpstreamCall } from './upstream-call.ts';

const AGAIN = { firstMs: 250, maxMs: 2_000 } as const;

export interface RelayOptions extends Omit<StageOptions, 'origin' | 'onChanged' | 'call'> {
  readonly agent: Pick<Agent, 'createRequest' | 'request' | 'onCall'>;
  readonly endpoint: Pick<Endpoint, 'registration'>;
  readonly origin: Origin;
  /** Ours. */
  readonly name: string;
  /** Where it is one of several of this name. */
  readonly replica?: Pick<Replica, 'contactParameters' | 'drain'> | undefined;
  /** What viewers are to read in place of what the directory says of the origin. */
  readonly texts: Texts;
  /** @throws UpstreamError */
  readonly call: (taken: TakenCodecs) => Promise<UpstreamCall>;
  /** To be waited for before the name leaves the directory. */
  readonly onLeaving: (shard: Shard) => Promise<void>;
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #backoff: Backoff;
  #stage: Stage | undefined;
  #registration: ReturnType<Endpoint['registration']> | undefined;
  /** Of stages that are over. */
  #gone = NO_TOTALS;
  #lost = 0;
  readonly #calls = { answered: 0, failed: 0 };
  #running: Promise<void> | undefined;
  #closed = false;
  #cancelWait: Cancel | undefined;
  #wake: () => void = () => undefined;
  #why = 'it was not called yet';

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#backoff = new Backoff(AGAIN, options.random);
    options.agent.onCall((call) => this.#take(call));
  }

  get registered(): boolean {
    return this.#registration?.registered === true;
  }

  get viewers(): number {
    return this.#stage?.viewers ?? 0;
  }

  /** What carries viewers; undefined before it is known what is relayed. */
  get shard(): Shard | undefined {
    return this.#stage?.shard;
  }

  get state(): UpstreamState {
    return this.#stage?.upstream.state ?? 'calling';
  }

  async totals(): Promise<Totals> {
    return sumOf(this.#gone, (await this.#stage?.shard.totals()) ?? NO_TOTALS);
  }

  figures(): { readonly bitsPerSecond: number; readonly packetsLost: number; readonly answered: number; readonly failed: number } {
    const { bitsPerSecond = 0, packetsLost = 0 } = this.#stage?.upstream.figures() ?? {};
    const { answered = 0, failed = 0 } = this.#stage?.upstream.calls ?? {};
    return { bitsPerSecond, packetsLost: this.#lost + packetsLost, answered: this.#calls.answered + answered, failed: this.#calls.failed + failed };
  }

  /** Asks once. @throws UpstreamError */
  async find(): Promise<Found> {
    const { agent, origin, name, call, log } = this.#options;
    try {
      const found = await findUpstream({ agent, origin, asker: name, call, log });
      this.#calls.answered++;
      return found;
    } catch (error) {
      this.#calls.failed++;
      throw error;
    }
  }

  /** @param found undefined where the origin is to be waited for */
  start(found: Found | undefined, why?: string): void {
    if (why !== undefined) this.#why = why;
    this.#running = this.#run(found);
  }

  /** Registers anew, if it has. */
  renew(): void {
    this.#registration?.renew();
  }

  async drain(signal: AbortSignal): Promise<void> {
    const { replica } = this.#options;
    // A replica stays known, though nobody is sent to it.
    if (replica) replica.drain();
    else await this.#registration?.stop();
    await this.#stage?.drain(signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelWait?.();
    this.#wake();
    await this.#running;
  }

  async #run(first: Found | undefined): Promise<void> {
    for (let found = first ?? (await this.#awaitOrigin()); found; found = await this.#awaitOrigin()) await this.#serve(found);
  }

  /** Undefined where the relay is closed before. */
  async #awaitOrigin(): Promise<Found | undefined> {
    const { clock, log, origin } = this.#options;
    let told = '';
    while (!this.#closed) {
      try {
        const found = await this.find();
        this.#backoff.reset();
        if (!this.#isClosed()) return found;
        found.call.close();
      } catch (error) {
        this.#why = error instanceof Error ? error.message : String(error);
        if (this.#why !== told) log.warn(`${this.#why}: ${origin.name} is called again until it answers, and nobody finds us before`);
        told = this.#why;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.#cancelWait = clock.setTimeout(resolve, this.#backoff.next());
        });
      }
    }
    return undefined;
  }

  /** Resolves when it has become something else, or the relay is closed. */
  async #serve({ call, entry }: Found): Promise<void> {
    const { endpoint, origin, texts, replica, log } = this.#options;
    const over = new Promise<string>((resolve) => (this.#wake = () => resolve('the relay stops')));
    let change: (why: string) => void = () => undefined;
    const changed = new Promise<string>((resolve) => (change = resolve));
    const stage = (this.#stage = await Stage.open({ ...this.#options, origin: origin.name, onChanged: change }, call));
    const described = describe({ tracks: stage.source.tracks, mode: 'live' }, texts, entry ?? {}, { title: origin.name });
    const registration = (this.#registration = endpoint.registration(described, replica && { contactParameters: () => replica.contactParameters() }));
    registration.start();
    log.info({ tracks: stage.source.tracks.map(({ codec }) => codec.name) }, `${this.#options.name} relays ${origin.name}`);
    const why = this.#closed ? 'the relay stops' : await Promise.race([over, changed]);
    if (!this.#closed) log.warn(`${why}: viewers are told to come again`);
    await stage.close(why);
    await this.#options.onLeaving(stage.shard);
    await registration.stop();
    this.#gone = sumOf(this.#gone, await stage.shard.totals());
    this.#lost += stage.upstream.figures().packetsLost;
    this.#calls.answered += stage.upstream.calls.answered;
    this.#calls.failed += stage.upstream.calls.failed;
    this.#stage = this.#registration = undefined;
  }

  /** It may have changed while something was waited for. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #take(call: IncomingCall): void | Promise<void> {
    if (this.#stage && !this.#closed) return this.#stage.take(call);
    this.#options.log.debug({ callId: call.callId }, 'a viewer is refused');
    call.reject(480, new RefusedError(480, this.#closed ? 'the relay stops' : `what is relayed here is not there yet: ${this.#why}`, { 'Retry-After': '2' }).reply);
    return undefined;
  }
}
