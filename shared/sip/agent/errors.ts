/** How requests and calls fail, as seen by whoever made them. */

import type { SipResponse } from '../message/message.ts';

/** The call was refused; `response` is the last word. */
export class CallRejectedError extends Error {
  override readonly name = 'CallRejectedError';
  readonly status: number;
  readonly reason: string;
  readonly response: SipResponse;

  constructor(uri: string, response: SipResponse) {
    super(`${uri} refused the call: ${response.status} ${response.reason} (Call-ID ${response.callId})`);
    this.status = response.status;
    this.reason = response.reason;
    this.response = response;
  }
}

/** The call was cancelled before it was answered, by either side. */
export class CallCancelledError extends Error {
  override readonly name = 'CallCancelledError';
  readonly callId: string;

  constructor(uri: string, callId: string) {
    super(`The call to ${uri} was cancelled before it was answered (Call-ID ${callId})`);
    this.callId = callId;
  }
}

/** The server that had the call, and said so, is down: what became of it nobody knows. It may be made once more, as a new call. */
export class CallLostError extends Error {
  override readonly name = 'CallLostError';
  readonly callId: string;

  constructor(uri: string, callId: string) {
    super(`The server that the call to ${uri} went through is down (Call-ID ${callId})`);
    this.callId = callId;
  }
}

/** A 2xx was sent for 64·T1 and no ACK came: the caller is gone, and got a BYE (RFC 3261 §13.3.1.4). */
export class AckTimeoutError extends Error {
  override readonly name = 'AckTimeoutError';
  readonly callId: string;

  constructor(callId: string) {
    super(`The caller never acknowledged our answer (Call-ID ${callId})`);
    this.callId = callId;
  }
}

/** The agent was closed while something was still under way. */
export class AgentClosedError extends Error {
  override readonly name = 'AgentClosedError';

  constructor(what: string) {
    super(`${what}: the agent was closed`);
  }
}

/** A request was given up because its AbortSignal said so. */
export class RequestAbortedError extends Error {
  override readonly name = 'RequestAbortedError';
}
