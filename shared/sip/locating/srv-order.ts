/** In which order the servers of a domain are tried: by priority, and by weighted chance among equals (RFC 2782, RFC 3263 §4.2). */

export interface SrvRecord {
  readonly target: string;
  readonly port: number;
  /** The lowest first. */
  readonly priority: number;
  /** Share of those who try this one first, among equals. */
  readonly weight: number;
}

/** A weight of 0 leaves a very small chance (RFC 2782). */
const LEAST_WEIGHT = 0.001;

/**
 * One client's order. A number is drawn for each target once and kept, so that records that are read again are in the same order,
 * and a client stays where it is while others come and go. Keys of -ln(u)/weight, sorted, are RFC 2782's repeated draw without
 * replacement (Efraimidis and Spirakis, 2006).
 */
export class SrvOrder {
  readonly #random: () => number;
  readonly #drawn = new Map<string, number>();

  /** @param random from 0 to 1, as Math.random gives it */
  constructor(random: () => number) {
    this.#random = random;
  }

  sort(records: readonly SrvRecord[]): SrvRecord[] {
    const keyed = records.map((record) => ({ record, key: -Math.log(1 - this.#draw(record)) / Math.max(record.weight, LEAST_WEIGHT) }));
    return keyed.sort((a, b) => a.record.priority - b.record.priority || a.key - b.key).map(({ record }) => record);
  }

  #draw({ target, port }: SrvRecord): number {
    const name = `${target.toLowerCase()}:${port}`;
    const drawn = this.#drawn.get(name) ?? this.#random();
    this.#drawn.set(name, drawn);
    return drawn;
  }
}
