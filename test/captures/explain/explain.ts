/** A sentence for each frame: what it is for, and where RFC 3261 (or another) says so. */
import type { SipFrame, Subject } from '../sip-frames.ts';
import { explainCall } from './calls.ts';
import { explainList } from './lists.ts';
import { explainRegistration } from './registrations.ts';
import { explainRoom } from './rooms.ts';
import { explainWatching } from './watching.ts';

const BY_SUBJECT: Readonly<Record<Subject, (frame: SipFrame) => string | undefined>> = {
  streamer: explainWatching,
  person: explainCall,
  room: explainRoom,
  list: explainList,
};

export function explain(frame: SipFrame): string {
  if (frame.repeats !== undefined) return `**Again** (frame ${frame.repeats}): ${repetition(frame)}`;
  if (frame.status === 401) return 'The daemon wants a proof first: `WWW-Authenticate` has the realm, the algorithm and a nonce (§22.2, RFC 8760 §2.4).';
  return said(frame) + (frame.proves ? ' `Authorization` proves it: a digest of the secret and the daemon’s nonce (§22.4, RFC 8760 §2.6).' : '');
}

function said(frame: SipFrame): string {
  return (frame.about === 'REGISTER' ? explainRegistration(frame) : BY_SUBJECT[frame.subject](frame)) ?? explainAny(frame);
}

function repetition({ method, status, about }: SipFrame): string {
  if (method === 'ACK') return 'the 2xx was repeated, so its ACK is too (RFC 3261 §13.2.2.4).';
  if (method !== undefined) return 'no answer has come, so the transaction sends it once more (§17.1).';
  if (status === 403) return 'repeated at T1, 2·T1, … until the new REGISTER comes.';
  if (about === 'INVITE' && status !== undefined && status >= 200 && status < 300) return 'the 2xx is repeated end to end until its ACK comes (§13.3.1.4).';
  return 'the request was repeated; it is answered from memory, not executed twice (§17.2).';
}

/** What is the same whatever the call is about. */
function explainAny({ method, status, about, from, acknowledges = 0 }: SipFrame): string {
  if (status === 100) return '“I have it and work on it”: the INVITE need not be repeated (§16.2, §17.2.1).';
  if (status === 180) return from === 'signaling' ? 'Relayed to the caller.' : 'It rings there; the dialog is early (§13.3.1.1).';
  if (status === 487) return from === 'signaling' ? 'Relayed to the caller; the INVITE transaction is over.' : 'The INVITE ends: Request Terminated (§9.2).';
  if (about === 'CANCEL' && status !== undefined) return 'The CANCEL itself is always answered at once, hop by hop (§9.2).';
  if (method === 'ACK' && acknowledges >= 300) return 'A failure is acknowledged hop by hop, as a part of the INVITE’s own transaction: this ACK has its branch (§17.1.1.3).';
  if (about === 'BYE' && status !== undefined) return from === 'signaling' ? 'Relayed; the session is recorded as finished.' : 'The call has ended.';
  if (status !== undefined) return from === 'signaling' ? 'Relayed.' : 'Heard.';
  return from === 'signaling' ? 'Relayed along the recorded route.' : '';
}
