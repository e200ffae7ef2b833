/** What dialogs need of the agent that they belong to. */

import type { Servers } from '../locating/servers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { Address } from '../transport/transport.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

export interface SendOptions {
  /** Where to send instead of to the topmost Route or the Request-URI. */
  readonly nextHop?: Address | undefined;
  readonly signal?: AbortSignal | undefined;
  /** CSeq number for the request's second try with credentials; its own plus one where this is missing. */
  readonly nextSequence?: (() => number) | undefined;
}

/** What a request inside a dialog is handed to: an INVITE session, a subscription. */
export interface DialogUsage {
  receive(transaction: ServerTransaction): void;
  receiveAck?(ack: SipRequest): void;
  /** Ends it politely; resolves when the other side knows, or never will. */
  close(): Promise<void>;
}

export interface DialogEnvironment {
  readonly layer: TransactionLayer;
  /** Of which each can take what is for the others; undefined where there is one alone. */
  readonly servers: Servers | undefined;
  /** Value of our Contact header. */
  readonly contact: string;
  /** Value of our Allow header. */
  readonly allow: string;
  /** Undefined: our sessions have no timer. */
  readonly sessionTimers: SessionTimerPolicy | undefined;
  /** Header fields of every request and response that we make, such as User-Agent and Server. */
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly responseHeaders: readonly (readonly [string, string])[];
  /** Sends anything but INVITE and ACK, with credentials where they are asked for; rejects as Agent.request does. */
  send(request: SipRequest, options?: SendOptions): Promise<SipResponse>;
  /** The same request with an answer to the challenge in `response`, under a CSeq of its own; undefined when we have none. */
  authorize(request: SipRequest, response: SipResponse, nextSequence?: () => number): SipRequest | undefined;
  remember(id: string, usage: DialogUsage): void;
  forget(id: string): void;
  /** Handles a request that the dialog has no handler for. */
  fallback(incoming: IncomingRequest): void;
  /** Runs a handler; what it throws is reported, and answered 500. */
  run(incoming: IncomingRequest, handler: (incoming: IncomingRequest) => void | Promise<void>): void;
  report(error: unknown, message: string, callId: string): void;
}
