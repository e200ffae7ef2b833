/** The INVITE server transaction: RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. */

import type { ServerTable } from './server.ts';

export const INVITE_SERVER: ServerTable = {
  name: 'INVITE server transaction',
  initial: 'proceeding',
  start: ['start100'],
  states: {
    proceeding: {
      request: { next: 'proceeding', actions: ['resendResponse'] },
      timer100: { next: 'proceeding', actions: ['sendTrying'] },
      provisional: { next: 'proceeding', actions: ['stopTimers', 'sendResponse'] },
      success: { next: 'accepted', actions: ['stopTimers', 'startL', 'sendResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startG', 'startH', 'sendResponse'] },
      transportError: { next: 'proceeding', actions: ['reportTransportError'] },
    },
    completed: {
      request: { next: 'completed', actions: ['resendResponse'] },
      ack: { next: 'confirmed', actions: ['stopTimers', 'startI'] },
      timerG: { next: 'completed', actions: ['doubleG', 'resendResponse'] },
      timerH: { next: 'terminated', actions: ['reportTimeout'] },
      transportError: { next: 'completed', actions: ['reportTransportError'] },
    },
    confirmed: {
      timerI: { next: 'terminated', actions: [] },
    },
    // The user repeats its 2xx until the ACK comes; a repeated INVITE is absorbed, for that 2xx answers it.
    accepted: {
      success: { next: 'accepted', actions: ['sendResponse'] },
      ack: { next: 'accepted', actions: ['reportAck'] },
      timerL: { next: 'terminated', actions: [] },
      transportError: { next: 'accepted', actions: ['reportTransportError'] },
    },
    trying: {},
    terminated: {},
  },
};
