/**
 * The page that a call or a place in a room belongs to. When its connection ends it has a few seconds to come back and say so;
 * what it would have been told meanwhile is told then.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Page } from './page.ts';

/** How long a page may be away, ms: a reload, or a network that changes. */
export const RESUME_MS = 3_000;

/** Messages kept for a page that is away; whoever missed more could not follow anyway. */
const MAX_MISSED = 200;

export class Owner {
  readonly #clock: Clock;
  readonly #onLost: () => void;
  #page: Page | undefined;
  #missed: object[] = [];
  #cancelGrace: Cancel = () => undefined;
  #released = false;

  /** @param onLost called once when the page is away for longer than RESUME_MS */
  constructor(page: Page, clock: Clock, onLost: () => void) {
    this.#page = page;
    this.#clock = clock;
    this.#onLost = onLost;
  }

  is(page: Page): boolean {
    return this.#page === page;
  }

  tell(message: object): void {
    if (this.#page) this.#page.tell(message);
    else if (this.#missed.length < MAX_MISSED) this.#missed.push(message);
  }

  /** The page's connection has ended. */
  left(): void {
    if (this.#released || !this.#page) return;
    this.#page = undefined;
    this.#cancelGrace = this.#clock.setTimeout(() => {
      this.release();
      this.#onLost();
    }, RESUME_MS);
  }

  /** The page is back, by another connection. */
  resume(page: Page): void {
    this.#cancelGrace();
    this.#page = page;
    for (const message of this.#missed.splice(0)) page.tell(message);
  }

  /** Nothing belongs to it any more. */
  release(): void {
    this.#released = true;
    this.#cancelGrace();
    this.#missed = [];
  }
}
