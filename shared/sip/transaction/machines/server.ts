/** The vocabulary of the two server transaction machines, RFC 3261 §17.2. */

import type { MachineTable } from './table.ts';

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

export type ServerAction =
  | 'sendResponse'
  | 'resendResponse'
  | 'sendTrying'
  | 'start100'
  | 'startAbandon'
  | 'startG'
  | 'doubleG'
  | 'startH'
  | 'startI'
  | 'startJ'
  | 'startL'
  | 'stopTimers'
  | 'reportAck'
  | 'reportTimeout'
  | 'reportTransportError';

export type ServerTable = MachineTable<ServerState, ServerEvent, ServerAction>;
