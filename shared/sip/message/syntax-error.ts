/** The one error that reading a SIP message throws, with the status that answers it (RFC 3261 §21.4.1, §16.3). */

import type { SipRequest, SipResponse } from './message.ts';

export interface SipSyntaxErrorDetails {
  /** Status code to answer with; 400 unless told otherwise. */
  readonly status?: number;
  /** Canonical name of the header field at fault. */
  readonly header?: string;
  readonly cause?: unknown;
  /** What could be read, so that a response can be built; only requests are ever answered. */
  readonly partial?: SipRequest | SipResponse | undefined;
}

export class SipSyntaxError extends Error {
  override readonly name = 'SipSyntaxError';
  readonly status: number;
  readonly header: string | undefined;
  readonly partial: SipRequest | SipResponse | undefined;

  constructor(message: string, details: SipSyntaxErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.status = details.status ?? 400;
    this.header = details.header;
    this.partial = details.partial;
  }
}
