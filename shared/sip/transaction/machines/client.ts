/** The vocabulary of the two client transaction machines, and the lengths of their timers (RFC 3261 §17.1 and its table 4). */

import { transactionLifetime } from '../../timing/timers.ts';
import type { MachineTable, TimerStart } from './table.ts';

export type ClientState = 'calling' | 'trying' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

export type ClientEvent =
  | 'provisional'
  | 'success'
  | 'failure'
  | 'timerA'
  | 'timerB'
  | 'timerD'
  | 'timerE'
  | 'timerF'
  | 'timerK'
  | 'timerM'
  | 'transportError';

export type ClientTimerAction = 'startA' | 'doubleA' | 'startB' | 'startD' | 'startE' | 'doubleE' | 'startEAtT2' | 'startF' | 'startK' | 'startM';

export type ClientAction =
  | ClientTimerAction
  | 'sendRequest'
  | 'resendRequest'
  | 'sendAck'
  | 'resendAck'
  | 'stopTimers'
  | 'reportResponse'
  | 'reportTimeout'
  | 'reportTransportError';

export type ClientTable = MachineTable<ClientState, ClientEvent, ClientAction>;

export const CLIENT_TIMERS: Readonly<Record<ClientTimerAction, TimerStart<ClientEvent>>> = {
  startA: { event: 'timerA', repeats: true, ms: ({ t1 }) => t1 },
  doubleA: { event: 'timerA', repeats: true, ms: (_timers, last) => 2 * last },
  startE: { event: 'timerE', repeats: true, ms: ({ t1 }) => t1 },
  doubleE: { event: 'timerE', repeats: true, ms: ({ t2 }, last) => Math.min(2 * last, t2) },
  startEAtT2: { event: 'timerE', repeats: true, ms: ({ t2 }) => t2 },
  startB: { event: 'timerB', repeats: false, ms: transactionLifetime },
  // At least 32 s, and never shorter than the other side's Timer H.
  startD: { event: 'timerD', repeats: false, ms: transactionLifetime },
  startF: { event: 'timerF', repeats: false, ms: transactionLifetime },
  startK: { event: 'timerK', repeats: false, ms: ({ t4 }) => t4 },
  startM: { event: 'timerM', repeats: false, ms: transactionLifetime },
};
