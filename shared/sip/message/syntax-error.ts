/** The error that reading a part of a SIP message throws, with the status that answers it (RFC 3261 §21.4.1, §16.3). */

export interface SipSyntaxErrorDetails {
  /** Status code to answer with; 400 unless told otherwise. */
  readonly status?: number;
  /** Canonical name of the header field at fault. */
  readonly header?: string | undefined;
  readonly cause?: unknown;
}

export class SipSyntaxError extends Error {
  override readonly name: string = 'SipSyntaxError';
  readonly status: number;
  readonly header: string | undefined;

  constructor(message: string, details: SipSyntaxErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.status = details.status ?? 400;
    this.header = details.header;
  }
}
