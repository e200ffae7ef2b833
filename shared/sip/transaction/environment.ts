/** What a transaction needs of the layer that runs it. */

import type { Timers } from '../timing/timers.ts';
import type { TimerWheel } from '../timing/wheel.ts';
import type { Address } from '../transport/transport.ts';
import type { TransactionStats } from './stats.ts';

export interface TransactionEnvironment<Transaction> {
  readonly timers: Timers;
  readonly wheel: TimerWheel;
  readonly stats: TransactionStats;
  /** Sends; what goes wrong comes back later, through the transaction's `fail`. */
  transmit(datagram: Buffer, to: Address): void;
  /** The transaction has terminated and is to be forgotten. */
  forget(transaction: Transaction): void;
}
