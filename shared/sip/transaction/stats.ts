/** What a transaction layer has seen since it was made: numbers to be read at any time. */

import { MessageTally } from './tally.ts';

export interface TransactionStats {
  /** What came, requests that a transaction absorbed left out; and what was sent, repetitions left out. */
  readonly received: MessageTally;
  readonly sent: MessageTally;
  requestsReceived: number;
  responsesReceived: number;
  requestsSent: number;
  responsesSent: number;
  /** Requests that a server transaction absorbed. */
  retransmissionsReceived: number;
  /** Requests, responses and ACKs that were sent again. */
  retransmissionsSent: number;
  /** Transactions that ended without the final response or the ACK they waited for. */
  timeouts: number;
  /** Datagrams that were no SIP message, or a malformed one. */
  malformed: number;
  /** Requests answered 503 for want of room. */
  refused: number;
  /** Responses that match no transaction. */
  stray: number;
  transportErrors: number;
}

export function newTransactionStats(): TransactionStats {
  return {
    received: new MessageTally(),
    sent: new MessageTally(),
    requestsReceived: 0,
    responsesReceived: 0,
    requestsSent: 0,
    responsesSent: 0,
    retransmissionsReceived: 0,
    retransmissionsSent: 0,
    timeouts: 0,
    malformed: 0,
    refused: 0,
    stray: 0,
    transportErrors: 0,
  };
}
