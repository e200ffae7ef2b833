/**
 * A hashed timing wheel over a Clock: starting and stopping a timer costs a few pointer writes, so that hundreds of thousands of
 * transactions may linger in their Timers D, I, J, K, L and M. Times are rounded up to the wheel's tick.
 */

import type { Cancel, Clock } from './clock.ts';

const DEFAULT_TICK_MS = 5;
/** At the default tick one turn takes 41 s: more than 64·T1, so that no RFC 3261 timer is looked at twice. */
const SLOTS = 8192;

/** One timer, to be started as often as one likes; it is its own list node, so that starting allocates nothing. */
export abstract class WheelTimer {
  /** @internal */ previous: WheelTimer | undefined;
  /** @internal */ next: WheelTimer | undefined;
  /** @internal */ dueTick = -1;

  abstract fire(): void;

  get pending(): boolean {
    return this.dueTick >= 0;
  }
}

export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #slots: (WheelTimer | undefined)[] = new Array<WheelTimer | undefined>(SLOTS).fill(undefined);
  #pending = 0;
  /** Every slot up to and including this tick has been emptied. */
  #doneTick: number;
  #wakeTick = Infinity;
  #cancelWake: Cancel | undefined;
  #turning = false;

  constructor(clock: Clock, tickMs: number = DEFAULT_TICK_MS) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#doneTick = Math.floor(clock.now() / tickMs);
  }

  /** Timers that wait to fire. */
  get pending(): number {
    return this.#pending;
  }

  /** (Re)starts a timer: it fires once, not before `ms` from now. */
  start(timer: WheelTimer, ms: number): void {
    this.stop(timer);
    const now = this.#clock.now();
    if (this.#pending === 0 && !this.#turning) this.#doneTick = Math.floor(now / this.#tickMs);
    const due = Math.max(this.#doneTick + 1, Math.ceil((now + ms) / this.#tickMs));
    const slot = due % SLOTS;
    const head = this.#slots[slot];
    timer.dueTick = due;
    timer.next = head;
    if (head) head.previous = timer;
    this.#slots[slot] = timer;
    this.#pending++;
    if (due < this.#wakeTick && !this.#turning) this.#wakeAt(due);
  }

  stop(timer: WheelTimer): void {
    if (timer.dueTick < 0) return;
    if (timer.previous) timer.previous.next = timer.next;
    else this.#slots[timer.dueTick % SLOTS] = timer.next;
    if (timer.next) timer.next.previous = timer.previous;
    timer.previous = undefined;
    timer.next = undefined;
    timer.dueTick = -1;
    this.#pending--;
  }

  /** Stops every timer. */
  clear(): void {
    for (const head of this.#slots) {
      for (let timer = head; timer; ) {
        const { next } = timer;
        this.stop(timer);
        timer = next;
      }
    }
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    this.#wakeTick = Infinity;
  }

  #wakeAt(tick: number): void {
    this.#cancelWake?.();
    this.#wakeTick = tick;
    this.#cancelWake = this.#clock.setTimeout(() => this.#turn(), Math.max(0, tick * this.#tickMs - this.#clock.now()));
  }

  #turn(): void {
    this.#cancelWake = undefined;
    this.#wakeTick = Infinity;
    this.#turning = true;
    const nowTick = Math.floor(this.#clock.now() / this.#tickMs);
    try {
      // After a pause longer than one turn every slot is visited once: what is due is due.
      for (let tick = Math.max(this.#doneTick + 1, nowTick - SLOTS + 1); tick <= nowTick && this.#pending > 0; tick++) {
        this.#doneTick = tick;
        this.#empty(tick % SLOTS, nowTick);
      }
      this.#doneTick = nowTick;
    } finally {
      this.#turning = false;
      const next = this.#nextTick();
      if (next !== undefined) this.#wakeAt(next);
    }
  }

  #empty(slot: number, nowTick: number): void {
    let timer = this.#firstDue(slot, nowTick);
    while (timer) {
      this.stop(timer);
      timer.fire();
      // Firing may have stopped or started others in this very slot: look again from its head.
      timer = this.#firstDue(slot, nowTick);
    }
  }

  #firstDue(slot: number, nowTick: number): WheelTimer | undefined {
    let timer = this.#slots[slot];
    while (timer && timer.dueTick > nowTick) timer = timer.next;
    return timer;
  }

  /** The next tick at which something may be due; a slot that only holds timers of a later turn wakes the wheel for nothing, at most once a turn. */
  #nextTick(): number | undefined {
    if (this.#pending === 0) return undefined;
    for (let tick = this.#doneTick + 1; tick <= this.#doneTick + SLOTS; tick++) {
      if (this.#slots[tick % SLOTS]) return tick;
    }
    return undefined;
  }
}
