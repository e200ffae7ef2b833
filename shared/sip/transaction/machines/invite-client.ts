/** The INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2. */

import type { ClientTable } from './client.ts';

export const INVITE_CLIENT: ClientTable = {
  name: 'INVITE client transaction',
  initial: 'calling',
  start: ['startA', 'startB', 'sendRequest'],
  states: {
    calling: {
      timerA: { next: 'calling', actions: ['doubleA', 'resendRequest'] },
      timerB: { next: 'terminated', actions: ['reportTimeout'] },
      provisional: { next: 'proceeding', actions: ['stopTimers', 'reportResponse'] },
      success: { next: 'accepted', actions: ['stopTimers', 'startM', 'reportResponse'] },
      failure: { next: 'completed', actions: ['stopTimers', 'startD', 'sendAck', 'reportResponse'] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    // No timer runs here: how long a call may ring is its user's affair (CANCEL, or a proxy's Timer C).
    proceeding: {
      provisional: { next: 'proceeding', actions: ['reportResponse'] },
      success: { next: 'accepted', actions: ['startM', 'reportResponse'] },
      failure: { next: 'completed', actions: ['startD', 'sendAck', 'reportResponse'] },
    },
    completed: {
      failure: { next: 'completed', actions: ['resendAck'] },
      timerD: { next: 'terminated', actions: [] },
      transportError: { next: 'terminated', actions: ['reportTransportError'] },
    },
    // Each 2xx goes up, repeated ones and those of other forks too: the ACK to a 2xx is the user's, end to end.
    accepted: {
      success: { next: 'accepted', actions: ['reportResponse'] },
      timerM: { next: 'terminated', actions: [] },
    },
    trying: {},
    terminated: {},
  },
};
