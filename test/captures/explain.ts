/** A sentence for each frame: what it is for, and where RFC 3261 (or another) says so. */
import type { SipFrame } from './sip-frames.ts';

export function explain(frame: SipFrame): string {
  const text = frame.method === undefined ? explainResponse(frame) : explainRequest(frame);
  return frame.repeats === undefined ? text : `**Again** (frame ${frame.repeats}): ${repetition(frame)}`;
}

function repetition({ method, status, about }: SipFrame): string {
  if (method === 'ACK') return 'the 2xx was repeated, so its ACK is too (RFC 3261 §13.2.2.4).';
  if (method !== undefined) return 'no answer has come, so the transaction sends it once more (§17.1).';
  if (status === 403) return 'repeated at T1, 2·T1, … until the new REGISTER comes.';
  if (about === 'INVITE' && status !== undefined && status >= 200 && status < 300) return 'the 2xx is repeated end to end until its ACK comes (§13.3.1.4).';
  return 'the request was repeated; it is answered from memory, not executed twice (§17.2).';
}

function explainRequest({ method, from, to, expires, subscriptionState, acknowledges = 0 }: SipFrame): string {
  switch (method) {
    case 'REGISTER':
      return expires === '0'
        ? 'The streamer takes its binding back: `Expires: 0` (RFC 3261 §10.2.2).'
        : 'The streamer binds its name to its address for a while; the JSON body tells title, description, image and codecs (§10.2).';
    case 'SUBSCRIBE':
      return 'front asks to hear of every change of the directory: `Event: directory` (RFC 6665 §4.1).';
    case 'NOTIFY':
      if (subscriptionState?.startsWith('terminated') === true) return 'The subscription of the daemon’s earlier life has ended; `reason=deactivated` asks to subscribe anew at once (RFC 6665 §4.1.3).';
      return 'The directory as JSON: at once after the SUBSCRIBE, then with each change.';
    case 'OPTIONS':
      return 'front asks what is on, for one viewer’s list (RFC 3261 §11).';
    case 'INVITE':
      return to === 'streamer'
        ? 'Relayed: the daemon looked the name up, added its own Via and a Record-Route, and took one off Max-Forwards (§16.6).'
        : 'The viewer’s offer, made to fit one datagram, to `sip:NAME@signaling` (§13.2.1).';
    case 'ACK':
      if (acknowledges >= 300) return 'A failure is acknowledged hop by hop, as a part of the INVITE’s own transaction: this ACK has its branch (§17.1.1.3).';
      return from === 'signaling'
        ? 'Relayed along the route: the streamer knows now that its 202 has arrived.'
        : 'The caller has the 202. This ACK is a transaction of its own, with a branch of its own, and travels end to end (§13.2.2.4).';
    case 'BYE':
      return from === 'signaling' ? 'Relayed along the recorded route.' : `${from === 'front' ? 'The viewer leaves' : 'The streamer ends the call'}: BYE inside the dialog, with the Route from the INVITE’s Record-Route (§15.1.1).`;
    case 'CANCEL':
      return from === 'signaling' ? 'The daemon cancels its own INVITE towards the streamer (§16.10).' : 'The viewer left before the answer: CANCEL, with the INVITE’s own branch and CSeq number (§9.1).';
    default:
      return '';
  }
}

function explainResponse({ status = 0, about, from, to, bodyType }: SipFrame): string {
  if (status === 100) return '“I have it and work on it”: the INVITE need not be repeated (§16.2, §17.2.1).';
  if (status === 180) return to === 'front' ? 'Relayed to the caller.' : 'It rings there; the dialog is early (§13.3.1.1).';
  if (status === 403) return 'The restarted daemon has forgotten this binding, and says so with the old REGISTER’s own Via, From, To, Call-ID and CSeq.';
  if (status === 487) return from === 'streamer' ? 'The INVITE ends: Request Terminated (§9.2).' : 'Relayed to the caller; the INVITE transaction is over.';
  if (about === 'INVITE' && status >= 200 && status < 300) return to === 'front' ? 'The same 202, without the daemon’s Via, to the caller.' : 'The streamer answers: the SDP says its codecs, ICE credentials, fingerprint and addresses.';
  switch (about) {
    case 'REGISTER':
      return 'Bound, and on disk before this was sent; Contact says for how many seconds.';
    case 'SUBSCRIBE':
      return 'Subscribed; Expires says for how long.';
    case 'OPTIONS':
      return bodyType === undefined ? 'Answered.' : 'The list of active streamers as JSON.';
    case 'CANCEL':
      return 'The CANCEL itself is always answered at once, hop by hop (§9.2).';
    case 'BYE':
      return from === 'signaling' ? 'Relayed; the session is recorded as finished.' : 'The call has ended.';
    default:
      return 'Heard.';
  }
}
