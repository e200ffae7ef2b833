/** What fronts share, in memory: for fronts of one process, by a clock that the test moves, and away when it says so. */
import { GONE_AFTER_MS, NAMES_KEPT_MS } from '../../../front/cluster/shared-state.ts';
import type { NameEntry, Pulse, SharedState, TakenOver } from '../../../front/cluster/shared-state.ts';

interface Front {
  address: string;
  seenMs: number;
  gone: boolean;
}

export class MemorySharedState implements SharedState {
  readonly fronts = new Map<string, Front>();
  readonly names = new Map<string, NameEntry & { front: string }>();
  /** Nothing is answered but an error. */
  away = false;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async announce({ id, address }: { id: string; address: string }): Promise<void> {
    await this.#ask();
    this.fronts.set(id, { address, seenMs: this.#now(), gone: false });
  }

  async pulse(id: string): Promise<Pulse> {
    await this.#ask();
    const front = this.fronts.get(id);
    if (front && !front.gone) front.seenMs = this.#now();
    for (const [other, { seenMs }] of this.fronts) if (this.#now() - seenMs > NAMES_KEPT_MS) this.fronts.delete(other);
    for (const [name, entry] of this.names) if (!this.fronts.has(entry.front)) this.names.delete(name);
    const fronts = [...this.fronts].map(([each, { address, seenMs, gone }]) => ({ id: each, address, silentMs: this.#now() - seenMs, gone }));
    return { counted: front !== undefined && !front.gone, fronts, nowMs: this.#now() };
  }

  async gone(id: string): Promise<void> {
    await this.#ask();
    const front = this.fronts.get(id);
    if (front) front.gone = true;
  }

  async claim(entry: NameEntry, front: string, formerIds: readonly string[] = []): Promise<boolean> {
    await this.#ask();
    const held = this.names.get(entry.name);
    const isOwn = held?.secret === entry.secret && [front, ...formerIds].includes(held.front);
    if (held && !isOwn && this.fronts.has(held.front)) return false;
    this.names.set(entry.name, { ...entry, front });
    return true;
  }

  async takeOver(name: string, secret: string, front: string): Promise<TakenOver> {
    await this.#ask();
    const held = this.names.get(name);
    if (held?.secret !== secret) return { at: 'nowhere' };
    const holder = this.fronts.get(held.front);
    if (held.front !== front && holder && !holder.gone && this.#now() - holder.seenMs < GONE_AFTER_MS) return { at: 'front', front: held.front };
    if (holder && held.front !== front) holder.gone = true;
    this.names.set(name, { ...held, front });
    return { at: 'here', account: held.account };
  }

  async release(name: string, secret: string, front: string): Promise<void> {
    await this.#ask();
    const held = this.names.get(name);
    if (held?.secret === secret && held.front === front) this.names.delete(name);
  }

  async #ask(): Promise<void> {
    await Promise.resolve();
    if (this.away) throw new Error('the shared state is away');
  }
}
