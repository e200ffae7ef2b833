/** What passes between two people: a call that rings, and texts outside any room. */
import type { SipFrame } from '../sip-frames.ts';

export function explainCall({ method, status = 0, about, from, acknowledges = 0 }: SipFrame): string | undefined {
  const relayed = from === 'signaling';
  switch (method) {
    case 'INVITE':
      return relayed
        ? 'Relayed to where the called is registered: his front, here the same one (§16.6).'
        : 'The offer of the caller’s browser, made to fit one datagram; `Expires: 10` says how many seconds it may ring (§13.2.1).';
    case 'ACK':
      if (acknowledges >= 300) return undefined;
      return relayed ? 'Relayed along the route: the front of the called knows that the caller has the answer.' : 'The caller’s browser can begin: three messages, and both know of the other’s description (§13.2.2.4).';
    case 'INFO':
      return relayed ? undefined : 'Candidates that one of the browsers has found meanwhile, for the other one (RFC 8840 §4).';
    case 'MESSAGE':
      return relayed ? 'Relayed: a text outside any dialog is looked up as a call is.' : 'A text to somebody, wherever he is: MESSAGE in no dialog (RFC 3428 §4).';
    case 'BYE':
      return relayed ? undefined : 'One of the two hangs up: BYE in the dialog, along its route (§15.1.1).';
    case 'CANCEL':
      return relayed ? 'The daemon cancels its own INVITE towards the called (§16.10).' : 'Nobody has answered within ten seconds: CANCEL, with the INVITE’s own branch and CSeq number (§9.1).';
    default:
  }
  if (status === 180 && !relayed) return 'It rings on every page that the called has open; the dialog is early (§13.3.1.1).';
  if (status === 603) return relayed ? 'Relayed to the caller, whose page says so.' : 'The called declines: 603, so that no other device of his rings on (§21.6.2).';
  if (about === 'INVITE' && status >= 200 && status < 300) return relayed ? 'Relayed to the caller.' : 'Accepted on one of the pages: the SDP is the answer of the other browser (§13.3.1.4).';
  if (about === 'MESSAGE') return relayed ? 'Relayed.' : 'Shown on his pages.';
  return undefined;
}
