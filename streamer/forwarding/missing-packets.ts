/** Packets that have not come though later ones have: asked for again some times, then given up (RFC 4585 §6.2.1). */

/** A way that swapped two packets shall not be taken for one that lost one. */
const PATIENCE_MS = 10;
/** A round trip, and then some. */
const REPEAT_MS = 80;
const MAX_REQUESTS = 8;
/** Whoever misses more than this asks for a new picture instead. */
const MAX_MISSING = 256;

interface Missing {
  requests: number;
  dueMs: number;
}

export class MissingPackets {
  readonly #missing = new Map<number, Missing>();
  #gaveUp = false;

  get size(): number {
    return this.#missing.size;
  }

  /** Those from `first` up to `until` have been passed over. */
  expect(first: number, until: number, now: number): void {
    if (until - first + this.#missing.size > MAX_MISSING) {
      this.#missing.clear();
      this.#gaveUp = true;
      return;
    }
    for (let sequence = first; sequence < until; sequence++) this.#missing.set(sequence, { requests: 0, dueMs: now + PATIENCE_MS });
  }

  came(sequence: number): void {
    this.#missing.delete(sequence);
  }

  forget(): void {
    this.#missing.clear();
  }

  /** Those that are to be asked for now, in rising order. */
  due(now: number): number[] {
    const due: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (missing.dueMs > now) continue;
      if (missing.requests >= MAX_REQUESTS) {
        this.#missing.delete(sequence);
        this.#gaveUp = true;
        continue;
      }
      missing.requests++;
      missing.dueMs = now + REPEAT_MS;
      due.push(sequence);
    }
    return due;
  }

  /** Whether something was given up since the last time, so that a picture cannot be put together any more. */
  gaveUp(): boolean {
    const gaveUp = this.#gaveUp;
    this.#gaveUp = false;
    return gaveUp;
  }
}
