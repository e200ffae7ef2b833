/** What a transaction needs of the layer that runs it. */

import type { Timers } from '../timing/timers.ts';
import type { TimerWheel } from '../timing/wheel.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionStats } from './stats.ts';

export interface TransactionEnvironment<Transaction> {
  readonly timers: Timers;
  readonly wheel: TimerWheel;
  readonly stats: TransactionStats;
  /** Sends; an error comes back as a value, for the machine has an event for it. */
  transmit(datagram: Buffer, to: Address): Error | undefined;
  /** The transaction has terminated and is to be forgotten. */
  forget(transaction: Transaction): void;
}
