/**
 * State machines as tables: state × event → next state and actions. A pair that is absent means that the event is ignored in that
 * state. Actions run in order after the state has changed; those that call the transaction user stand last, for it may call back.
 */

import type { Timers } from '../../timing/timers.ts';

export interface Transition<State extends string, Action extends string> {
  readonly next: State;
  readonly actions: readonly Action[];
}

export interface MachineTable<State extends string, Event extends string, Action extends string> {
  /** As the RFC calls it. */
  readonly name: string;
  readonly initial: State;
  /** What entering the initial state does. */
  readonly start: readonly Action[];
  readonly states: Readonly<Record<State, Readonly<Partial<Record<Event, Transition<State, Action>>>>>>;
}

/** What `event` does in `state`; undefined: nothing. */
export function transition<State extends string, Event extends string, Action extends string>(
  table: MachineTable<State, Event, Action>,
  state: State,
  event: Event,
): Transition<State, Action> | undefined {
  return table.states[state][event];
}

/** What starting a timer means. */
export interface TimerStart<Event extends string> {
  /** What its firing is. */
  readonly event: Event;
  /** Whether it is one that sends something again, rather than one that ends something. */
  readonly repeats: boolean;
  /** Its length in ms, from the layer's timers and from the length that it had last. */
  readonly ms: (timers: Timers, last: number) => number;
}
