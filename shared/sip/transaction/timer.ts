/** The timers of a transaction: when one fires, the machine gets its event. */

import { WheelTimer, type TimerWheel } from '../timing/wheel.ts';

export interface TimedMachine<Event> {
  handle(event: Event): void;
}

/** Timers A, E and G, and the one that sends 100 Trying. */
export class RetransmissionTimer<Event> extends WheelTimer {
  readonly #machine: TimedMachine<Event>;
  #event: Event | undefined;
  /** The length that it was started with last, ms. */
  interval = 0;

  constructor(machine: TimedMachine<Event>) {
    super();
    this.#machine = machine;
  }

  start(wheel: TimerWheel, event: Event, ms: number): void {
    this.#event = event;
    this.interval = ms;
    wheel.start(this, ms);
  }

  stop(wheel: TimerWheel): void {
    wheel.stop(this);
  }

  override fire(): void {
    if (this.#event !== undefined) this.#machine.handle(this.#event);
  }
}
