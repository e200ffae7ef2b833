/** A timer of a transaction: when it fires, the machine gets its event. */

import { WheelTimer } from '../timing/wheel.ts';

export class TransactionTimer<Event> extends WheelTimer {
  readonly #fired: (event: Event) => void;
  /** What firing means now; set whenever the timer is started. */
  event: Event;
  /** The interval that it was started with last, ms. */
  interval = 0;

  constructor(event: Event, fired: (event: Event) => void) {
    super();
    this.event = event;
    this.#fired = fired;
  }

  override fire(): void {
    this.#fired(this.event);
  }
}
