/** The two requests that belong to an INVITE's own hop: ACK to a failure (RFC 3261 §17.1.1.3) and CANCEL (§9.1). */

import { Headers } from '../message/headers.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';

/** The ACK that a client transaction sends for a 300-699 `response` to `invite`; goes where the INVITE went. */
export function ackForFailure(invite: SipRequest, response: SipResponse): SipRequest {
  return hopRequest('ACK', invite, response.headers.get('To') ?? '');
}

/** The CANCEL for `invite`: its branch, Route and Request-URI are those of the INVITE as it was sent. */
export function cancelFor(invite: SipRequest): SipRequest {
  return hopRequest('CANCEL', invite, invite.headers.get('To') ?? '');
}

function hopRequest(method: string, invite: SipRequest, to: string): SipRequest {
  const headers = new Headers();
  headers.append('Via', invite.topVia.toString());
  for (const route of invite.headers.all('Route')) headers.append('Route', route);
  headers.append('Max-Forwards', '70');
  headers.append('From', invite.headers.get('From') ?? '');
  headers.append('To', to);
  headers.append('Call-ID', invite.callId);
  headers.append('CSeq', `${invite.cseq.number} ${method}`);
  return new SipRequest(method, invite.uri, headers);
}
