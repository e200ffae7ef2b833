/** The call of a viewer to a streamer. */
import type { SipFrame } from '../sip-frames.ts';

export function explainWatching({ method, status = 0, about, from, to, acknowledges = 0 }: SipFrame): string | undefined {
  switch (method) {
    case 'INVITE':
      return to === 'streamer'
        ? 'Relayed: the daemon looked the name up, added its own Via and a Record-Route, and took one off Max-Forwards (§16.6).'
        : 'The viewer’s offer, made to fit one datagram, to `sip:NAME@signaling` (§13.2.1).';
    case 'ACK':
      if (acknowledges >= 300) return undefined;
      return from === 'signaling'
        ? 'Relayed along the route: the streamer knows now that its 202 has arrived.'
        : 'The caller has the 202. This ACK is a transaction of its own, with a branch of its own, and travels end to end (§13.2.2.4).';
    case 'BYE':
      return from === 'signaling' ? undefined : `${from === 'front' ? 'The viewer leaves' : 'The streamer ends the call'}: BYE inside the dialog, with the Route from the INVITE’s Record-Route (§15.1.1).`;
    case 'CANCEL':
      return from === 'signaling' ? 'The daemon cancels its own INVITE towards the streamer (§16.10).' : 'The viewer left before the answer: CANCEL, with the INVITE’s own branch and CSeq number (§9.1).';
    default:
  }
  if (about !== 'INVITE' || status < 200 || status >= 300) return undefined;
  return to === 'front' ? 'The same 202, without the daemon’s Via, to the caller.' : 'The streamer answers: the SDP says its codecs, ICE credentials, fingerprint and addresses.';
}
