/** What an incoming INVITE is about, checked before it rings: a call that a browser can answer, or an invitation into a room. */
import type { ReplyOptions, SipRequest } from '../../shared/sip/index.ts';
import { receivedCall } from './descriptions.ts';
import { readInvitation, URI_LIST_TYPE } from './invitation.ts';
import type { Received } from './incoming-leg.ts';

const SDP_TYPE = 'application/sdp';

/** Why an INVITE does not ring. */
export class CallRefusal {
  readonly status: number;
  readonly options: ReplyOptions;

  constructor(status: number, options: ReplyOptions = {}) {
    this.status = status;
    this.options = options;
  }
}

export function readProposal(request: SipRequest): Received | CallRefusal {
  const text = request.bodyText();
  switch (request.contentType) {
    case URI_LIST_TYPE: {
      const invitation = readInvitation(text);
      return invitation ? { invitation, replaces: request.headers.get('Replaces') } : new CallRefusal(400, { reason: 'No Room Named' });
    }
    case SDP_TYPE: {
      const offer = receivedCall(text);
      return offer ? { offer } : new CallRefusal(488, { headers: { Warning: '399 sipcast "WebRTC is needed to call a browser"' } });
    }
    default:
      return new CallRefusal(415, { headers: { Accept: `${SDP_TYPE}, ${URI_LIST_TYPE}` } });
  }
}
