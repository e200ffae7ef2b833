/** REGISTER and its answers: of streamers, of people, of processes that host rooms. */
import type { SipFrame } from '../sip-frames.ts';

export function explainRegistration({ status, expires, subject, from }: SipFrame): string {
  if (status === 403) return 'The restarted daemon has forgotten this binding, and says so with the old REGISTER’s own Via, From, To, Call-ID and CSeq.';
  if (status !== undefined) return 'Bound, and on disk before this was sent; Contact says for how many seconds.';
  if (expires === '0') return `${from === 'front' ? 'His last page is closed, and front' : 'The streamer'} takes the binding back: \`Expires: 0\` (RFC 3261 §10.2.2).`;
  switch (subject) {
    case 'person':
      return 'Somebody has a page open: front binds his name to itself, so that he can be called. The body says `"kind":"person"` (§10.2).';
    case 'room':
      return 'A process that hosts rooms binds its name: `"kind":"focus"`, as RFC 4353 calls it.';
    default:
      return 'The streamer binds its name to its address for a while; the JSON body tells title, description, image and codecs (§10.2).';
  }
}
