/** The narrowest link's capacity, as trains of packets show it: a middle value, since whoever receives is held up at times. */

/** Trains within this are remembered, up to so many; with fewer than the least, nothing is said. */
const MEMORY = { ms: 6_000, trains: 7, least: 2 } as const;

export class Capacity {
  readonly #trains: { readonly atMs: number; readonly bitsPerSecond: number }[] = [];

  add(atMs: number, bitsPerSecond: number): void {
    this.#trains.push({ atMs, bitsPerSecond });
    if (this.#trains.length > MEMORY.trains) this.#trains.shift();
  }

  /** In bits per second; undefined when there is too little to go by. */
  at(nowMs: number): number | undefined {
    while (this.#trains[0] && nowMs - this.#trains[0].atMs > MEMORY.ms) this.#trains.shift();
    if (this.#trains.length < MEMORY.least) return undefined;
    const sorted = this.#trains.map(({ bitsPerSecond }) => bitsPerSecond).sort((one, other) => one - other);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }

  get latest(): number | undefined {
    return this.#trains.at(-1)?.bitsPerSecond;
  }

  /** What was seen before the way became narrow counts no more. */
  forget(): void {
    this.#trains.length = 0;
  }
}
