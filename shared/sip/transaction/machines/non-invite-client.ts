/** The non-INVITE client transaction: RFC 3261 §17.1.2. */

import type { ClientTable } from './client.ts';

export const NON_INVITE_CLIENT: ClientTable = {
  name: 'non-INVITE client transaction',
  initial: 'trying',
  start: ['startE', 'startF', 'sendRequest'],
  states: {
    trying: {
      timerE: { next: 'trying', actions: ['doubleE', 'resendRequest'] },
      timerF: { next: 'terminated', actions: ['reportTimeout'] },
      provisional: { next: 'proceeding', actions: ['reportResponse'] },
      success: { next: 'completed', actions: ['stopTimers', 'startK', 'reportResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startK', 'reportResponse'] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    proceeding: {
      timerE: { next: 'proceeding', actions: ['startEAtT2', 'resendRequest'] },
      timerF: { next: 'terminated', actions: ['reportTimeout'] },
      provisional: { next: 'proceeding', actions: ['reportResponse'] },
      success: { next: 'completed', actions: ['stopTimers', 'startK', 'reportResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startK', 'reportResponse'] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    completed: {
      timerK: { next: 'terminated', actions: [] },
    },
    calling: {},
    accepted: {},
    terminated: {},
  },
};
