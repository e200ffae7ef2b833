/** The timer values of RFC 3261 §17 (table 4), from which every other one is derived. */

export interface Timers {
  /** Round-trip time estimate, ms. */
  readonly t1: number;
  /** Longest retransmission interval of a non-INVITE request or an INVITE response, ms. */
  readonly t2: number;
  /** Longest time that a message stays in the network, ms. */
  readonly t4: number;
}

export const RFC3261_TIMERS: Timers = { t1: 500, t2: 4000, t4: 5000 };

/** How many T1 a request is tried before its sender gives up (Timers B, F, H, J, L and M). */
export const TRANSACTION_LIFETIME_IN_T1 = 64;

/** 64·T1 in ms. */
export function transactionLifetime(timers: Timers): number {
  return TRANSACTION_LIFETIME_IN_T1 * timers.t1;
}
