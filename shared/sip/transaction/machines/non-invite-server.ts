/** The non-INVITE server transaction: RFC 3261 §17.2.2; one that its user never answers is forgotten after 64·T1 (RFC 4320 §4.2). */

import type { ServerTable } from './server.ts';

export const NON_INVITE_SERVER: ServerTable = {
  name: 'non-INVITE server transaction',
  initial: 'trying',
  start: ['startAbandon'],
  states: {
    trying: {
      provisional: { next: 'proceeding', actions: ['sendResponse'] },
      success: { next: 'completed', actions: ['stopTimers', 'startJ', 'sendResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startJ', 'sendResponse'] },
      timerAbandon: { next: 'terminated', actions: ['reportTimeout'] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    proceeding: {
      request: { next: 'proceeding', actions: ['resendResponse'] },
      provisional: { next: 'proceeding', actions: ['sendResponse'] },
      success: { next: 'completed', actions: ['stopTimers', 'startJ', 'sendResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startJ', 'sendResponse'] },
      timerAbandon: { next: 'terminated', actions: ['reportTimeout'] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    completed: {
      request: { next: 'completed', actions: ['resendResponse'] },
      timerJ: { next: 'terminated', actions: [] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    accepted: {},
    confirmed: {},
    terminated: {},
  },
};
