/** A request as its handler sees it (RFC 3261 §8.2), inside a dialog or out of any. */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { createResponse, type HeaderValues } from '../transaction/responses.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { Address } from '../transport/transport.ts';

export interface ReplyOptions {
  readonly reason?: string;
  readonly headers?: HeaderValues;
  readonly body?: string | Buffer;
  readonly contentType?: string;
}

/** What tells one dialog from another. */
export interface DialogIdentity {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

export interface IncomingRequestOptions {
  readonly transaction: ServerTransaction;
  /** Tag that our responses put into To. */
  readonly localTag: string;
  /** Header fields of every response, such as Server. */
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly dialog?: DialogIdentity;
  /** How a response is sent, where more is to be done than that. */
  readonly respond?: (response: SipResponse) => void;
}

/** Returns, or resolves, when it is done; the reply may come later. What it throws becomes a 500. */
export type RequestHandler = (incoming: IncomingRequest) => void | Promise<void>;

export class IncomingRequest {
  readonly request: SipRequest;
  /** Where the datagram came from. */
  readonly source: Address;
  /** The dialog that it came in; undefined outside any. */
  readonly dialog: DialogIdentity | undefined;
  readonly transaction: ServerTransaction;
  readonly localTag: string;
  readonly #responseHeaders: readonly (readonly [string, string])[];
  readonly #respond: (response: SipResponse) => void;

  constructor(options: IncomingRequestOptions) {
    this.transaction = options.transaction;
    this.request = options.transaction.request;
    this.source = options.transaction.source;
    this.localTag = options.localTag;
    this.dialog = options.dialog;
    this.#responseHeaders = options.responseHeaders;
    this.#respond = options.respond ?? ((response) => options.transaction.respond(response));
  }

  get dialogless(): boolean {
    return this.dialog === undefined;
  }

  /** Whether a final reply is still wanted. */
  get pending(): boolean {
    return this.transaction.pending;
  }

  /** Sends a response; after a final one, nothing. */
  reply(status: number, options: ReplyOptions = {}): void {
    if (!this.pending) return;
    this.#respond(this.response(status, options));
  }

  /** The response that `reply` would send. */
  response(status: number, options: ReplyOptions = {}): SipResponse {
    const response = createResponse(this.request, status, status === 100 ? options : { ...options, toTag: this.localTag });
    for (const [name, value] of this.#responseHeaders) if (!response.headers.has(name)) response.headers.append(name, value);
    return response;
  }
}
