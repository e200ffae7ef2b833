/** Who is at an address, as the directory knows: so that readers see names and not only ports. */
import { formatAddress } from '../address.ts';
import type { Directory } from '../directory/directory.ts';

/** The directory is gone through at most this often, ms. */
const REFRESH_MS = 1000;

export interface Party {
  readonly name: string;
  /** A `focus` hosts rooms. */
  readonly kind: 'signaling' | 'front' | 'streamer' | 'focus' | 'ingest';
}

export class Parties {
  readonly #directory: Directory;
  readonly #now: () => number;
  readonly #fronts = new Map<string, string>();
  #registered = new Map<string, Party>();
  #refreshedAt = -Infinity;

  /** @param now milliseconds */
  constructor(directory: Directory, now: () => number) {
    this.#directory = directory;
    this.#now = now;
  }

  /** A front has said that it is one. @param address `ip:port` */
  addFront(address: string, name: string): void {
    this.#fronts.set(address, name);
  }

  removeFront(address: string): void {
    this.#fronts.delete(address);
  }

  /** @param address `ip:port` */
  at(address: string): Party | undefined {
    const name = this.#fronts.get(address);
    if (name !== undefined) return { name, kind: 'front' };
    if (this.#now() - this.#refreshedAt >= REFRESH_MS) this.#refresh();
    return this.#registered.get(address);
  }

  /** Whoever registers persons is a front; an address where several streamers are has the name of the first. */
  #refresh(): void {
    this.#refreshedAt = this.#now();
    this.#registered = new Map();
    for (const { name, kind, bindings } of this.#directory.streamers.values()) {
      for (const { address } of bindings) {
        const key = formatAddress(address);
        if (this.#registered.has(key)) continue;
        this.#registered.set(key, kind === 'person' ? { name: 'front', kind: 'front' } : { name, kind });
      }
    }
  }
}
