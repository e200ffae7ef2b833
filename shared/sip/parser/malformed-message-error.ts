/** What the parser throws once it knows at least whose message it was: enough to build the response that says so. */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

export class MalformedMessageError extends SipSyntaxError {
  override readonly name = 'MalformedMessageError';
  /** What could be read; only requests are ever answered. */
  readonly partial: SipRequest | SipResponse;

  constructor(fault: SipSyntaxError, partial: SipRequest | SipResponse) {
    super(fault.message, { status: fault.status, header: fault.header, cause: fault });
    this.partial = partial;
  }
}
