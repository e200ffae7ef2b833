/** Tickets for reading along: HTTP finds out who may, and a WebSocket, which can prove nothing of the kind, shows the ticket. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/sip/timing/clock.ts';

const TICKET_BYTES = 16;
/** From the answer to its use on the WebSocket, ms. */
const LIFETIME_MS = 30_000;
const MAX_TICKETS = 256;

export class Tickets {
  readonly #clock: Clock;
  /** When each is over; the oldest first. */
  readonly #issued = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    this.#issued.set(ticket, this.#clock.now() + LIFETIME_MS);
    const [oldest] = this.#issued.keys();
    if (this.#issued.size > MAX_TICKETS && oldest !== undefined) this.#issued.delete(oldest);
    return ticket;
  }

  /** Each is good for one use. @returns whether it was */
  redeem(ticket: string): boolean {
    const until = this.#issued.get(ticket);
    this.#issued.delete(ticket);
    return until !== undefined && until > this.#clock.now();
  }
}
