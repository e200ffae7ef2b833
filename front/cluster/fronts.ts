/** Which fronts there are: this one says each second that it lives, and hears who else does. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import { newFrontId } from './name-token.ts';
import { GONE_AFTER_MS } from './shared-state.ts';
import type { FrontEntry, Pulse, SharedState } from './shared-state.ts';
import { within } from './within.ts';

/** From one sign of life to the next, ms. */
const PULSE_MS = 1_000;

/** An answer that takes longer does not come, ms. */
const ANSWER_LIMIT_MS = 2_000;

/** Own ids of before that are remembered: a name may still bear one. */
const MAX_FORMER_IDS = 100;

export interface FrontsOptions {
  readonly state: SharedState;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly random: RandomSource;
  readonly log: Logger;
  /** This front counts as a new one from now on: what it had may be others' meanwhile. Also called when the shared state is back after it was away. */
  readonly onReturned: () => void;
}

export class Fronts {
  readonly #options: FrontsOptions;
  #id: string;
  #address = '';
  readonly #formerIds = new Set<string>();
  #entries = new Map<string, FrontEntry>();
  readonly #goneListeners = new Set<(id: string) => void>();
  #offsetMs = 0;
  #away = false;
  /** Since when the shared state answers again, by the clock. */
  #backSince = -Infinity;
  /** Whether the others were ever told of this front. */
  #announced = false;
  #closed = false;
  #cancel: Cancel = () => undefined;

  constructor(options: FrontsOptions) {
    this.#options = options;
    this.#id = newFrontId(options.random);
  }

  /** This front's id, as of now. */
  get id(): string {
    return this.#id;
  }

  get formerIds(): readonly string[] {
    return [...this.#formerIds];
  }

  /** Whether the shared state cannot be had at the moment. */
  get away(): boolean {
    return this.#away;
  }

  /** Fronts that live, this one included. */
  get size(): number {
    return [...this.#entries.keys()].filter((id) => id === this.#id || this.find(id)).length;
  }

  isThis(id: string): boolean {
    return id === this.#id || this.#formerIds.has(id);
  }

  /** Another front that lives; while the shared state is away, one that did when it was last heard of. */
  find(id: string): FrontEntry | undefined {
    const entry = this.#entries.get(id);
    return entry && !entry.gone && entry.silentMs < GONE_AFTER_MS ? entry : undefined;
  }

  /** Calls `listener` with the id of each front that is gone from now on. @returns ends that */
  onGone(listener: (id: string) => void): () => void {
    this.#goneListeners.add(listener);
    return () => this.#goneListeners.delete(listener);
  }

  /** Milliseconds since 1970 by the clock that all fronts have in common. */
  now(): number {
    return this.#options.wallClock() + this.#offsetMs;
  }

  /** @param address where others reach this front. Resolves when they know it, or when it turned out that they cannot be told now: then they are later. */
  async start(address: string): Promise<void> {
    this.#address = address;
    await this.#announce().catch(() => undefined);
    await this.#pulse();
  }

  /** The same, read anew. @throws what the shared state does */
  async look(id: string): Promise<FrontEntry | undefined> {
    this.#heard(await this.#options.state.pulse(this.#id));
    return this.find(id);
  }

  /** The shared state gave no answer: everything is written anew as soon as it does. */
  lost(): void {
    this.#away = true;
  }

  /** Nobody listens at the front's address. */
  async declareGone(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry) this.#know([...this.#entries.values()].map((each) => (each === entry ? { ...entry, gone: true } : each)));
    await this.#options.state.gone(id).catch((err: unknown) => this.#options.log.debug({ err, front: id }, 'the others cannot be told that a front is gone'));
  }

  /** Says goodbye: what this front had is others' to take. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#options.state.gone(this.#id).catch((err: unknown) => this.#options.log.debug({ err }, 'could not say goodbye to the other fronts'));
  }

  async #pulse(): Promise<void> {
    const { clock, state, log } = this.#options;
    const begun = clock.now();
    try {
      const pulse = await within(ANSWER_LIMIT_MS, clock, state.pulse(this.#id));
      if (this.#closed) return;
      this.#heard(pulse);
      if (!pulse.counted) await this.#enterAnew();
      if (!pulse.counted || this.#away) this.#returned();
    } catch (err) {
      if (!this.#away && !this.#closed) log.warn({ err }, 'the database does not answer: other fronts are known as they were');
      this.#away = true;
    }
    if (!this.#closed) this.#cancel = clock.setTimeout(() => void this.#pulse(), Math.max(0, begun + PULSE_MS - clock.now()));
  }

  /** Where the shared state was away, nobody could give a sign of life: how long others are silent counts anew from its return. */
  #heard({ fronts, nowMs }: Pulse): void {
    const now = this.#options.clock.now();
    if (this.#away) this.#backSince = now;
    this.#know(fronts.map((entry) => ({ ...entry, silentMs: Math.min(entry.silentMs, now - this.#backSince) })));
    this.#offsetMs = nowMs - this.#options.wallClock();
  }

  #know(fronts: readonly FrontEntry[]): void {
    const before = [...this.#entries.keys()].filter((id) => this.find(id));
    this.#entries = new Map(fronts.map((entry) => [entry.id, entry]));
    for (const id of before) {
      if (!this.find(id)) for (const listener of [...this.#goneListeners]) listener(id);
    }
  }

  /** Whoever was thought dead has lost to others what they asked for, and is another from now on. */
  async #enterAnew(): Promise<void> {
    if (this.#announced) {
      this.#formerIds.add(this.#id);
      const [oldest] = this.#formerIds;
      if (this.#formerIds.size > MAX_FORMER_IDS && oldest !== undefined) this.#formerIds.delete(oldest);
      this.#id = newFrontId(this.#options.random);
      this.#options.log.warn({ front: this.#id }, 'this front was thought gone by others: it counts as a new one');
    }
    await this.#announce();
    this.#heard(await this.#options.state.pulse(this.#id));
  }

  async #announce(): Promise<void> {
    await this.#options.state.announce({ id: this.#id, address: this.#address });
    this.#announced = true;
  }

  #returned(): void {
    if (this.#away) this.#options.log.info('the database answers again');
    this.#away = false;
    this.#options.onReturned();
  }
}
