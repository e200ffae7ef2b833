/** How many sessions there may be, in all and of one address; those that are about to be count too. */
import { refusal } from './errors.ts';

/** When to ask again where all places are taken, seconds. */
const RETRY_AFTER_SECONDS = 10;

export interface SessionLimits {
  readonly sessions: number;
  readonly sessionsPerAddress: number;
}

export class Places {
  readonly #limits: SessionLimits;
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#taken;
  }

  /** @returns gives the place back; further calls do nothing @throws WhipError 503 where all are taken, 429 where this address has its share */
  take(address: string): () => void {
    const mine = this.#byAddress.get(address) ?? 0;
    const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
    if (mine >= this.#limits.sessionsPerAddress) throw refusal(429, 'too-many-sessions', `Your address has ${mine} sessions already: end one first.`, headers);
    if (this.#taken >= this.#limits.sessions) throw refusal(503, 'full', 'This server has as many sessions as it can bear: try again later.', headers);
    this.#taken++;
    this.#byAddress.set(address, mine + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#taken--;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
