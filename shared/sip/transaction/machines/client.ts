/** The vocabulary of the two client transaction machines, RFC 3261 §17.1. */

import type { MachineTable } from './table.ts';

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

export type ClientAction =
  | 'sendRequest'
  | 'resendRequest'
  | 'sendAck'
  | 'resendAck'
  | 'startA'
  | 'doubleA'
  | 'startB'
  | 'startD'
  | 'startE'
  | 'doubleE'
  | 'startEAtT2'
  | 'startF'
  | 'startK'
  | 'startM'
  | 'stopTimers'
  | 'reportResponse'
  | 'reportTimeout'
  | 'reportTransportError';

export type ClientTable = MachineTable<ClientState, ClientEvent, ClientAction>;
