/** The vocabulary of the two server transaction machines, and the lengths of their timers (RFC 3261 §17.2 and its table 4). */

import { transactionLifetime } from '../../timing/timers.ts';
import type { MachineTable, TimerStart } from './table.ts';

export type ServerState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export type ServerEvent =
  /** The request again. */
  | 'request'
  | 'ack'
  /** The user's responses. */
  | 'provisional'
  | 'success'
  | 'failure'
  /** The user has been silent for 200 ms. */
  | 'timer100'
  /** The user has been silent for 64·T1: nobody waits for an answer any more (RFC 4320 §4.2). */
  | 'timerAbandon'
  | 'timerG'
  | 'timerH'
  | 'timerI'
  | 'timerJ'
  | 'timerL'
  | 'transportError';

export type ServerTimerAction = 'start100' | 'startAbandon' | 'startG' | 'doubleG' | 'startH' | 'startI' | 'startJ' | 'startL';

export type ServerAction = ServerTimerAction | 'sendResponse' | 'resendResponse' | 'sendTrying' | 'stopTimers' | 'reportAck' | 'reportTimeout' | 'reportTransportError';

export type ServerTable = MachineTable<ServerState, ServerEvent, ServerAction>;

/** RFC 3261 §17.2.1: a user that takes longer to answer an INVITE has 100 Trying sent for it. */
const TRYING_AFTER_MS = 200;

export const SERVER_TIMERS: Readonly<Record<ServerTimerAction, TimerStart<ServerEvent>>> = {
  start100: { event: 'timer100', repeats: true, ms: () => TRYING_AFTER_MS },
  startG: { event: 'timerG', repeats: true, ms: ({ t1 }) => t1 },
  doubleG: { event: 'timerG', repeats: true, ms: ({ t2 }, last) => Math.min(2 * last, t2) },
  startAbandon: { event: 'timerAbandon', repeats: false, ms: transactionLifetime },
  startH: { event: 'timerH', repeats: false, ms: transactionLifetime },
  startI: { event: 'timerI', repeats: false, ms: ({ t4 }) => t4 },
  startJ: { event: 'timerJ', repeats: false, ms: transactionLifetime },
  startL: { event: 'timerL', repeats: false, ms: transactionLifetime },
};
