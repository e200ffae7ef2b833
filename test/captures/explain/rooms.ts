/** What passes between a member of a room and its focus (RFC 4353, RFC 4579): joining, changes, texts, leaving. */
import { parseCpim } from '../../../shared/cpim/cpim.ts';
import type { SipFrame } from '../sip-frames.ts';

export function explainRoom(frame: SipFrame): string | undefined {
  const { method, status = 0, about, from, inDialog, acknowledges = 0, body } = frame;
  const relayed = from === 'signaling';
  switch (method) {
    case 'INVITE':
      if (!inDialog) {
        return relayed
          ? 'The daemon gives the room to the least loaded process, or to the one where somebody is inside. The Request-URI stays the room’s.'
          : 'Somebody joins: his browser offers sound, camera and screen to the room; `Sipcast-Room` says its title and how many it holds.';
      }
      return relayed ? 'Relayed along the route to the member’s front.' : 'Somebody’s tracks came or went: the focus, and only the focus, offers the session anew within the dialog (§14.1).';
    case 'ACK':
      if (acknowledges >= 300) return undefined;
      if (relayed) return undefined;
      return from === 'front' ? 'The member has the answer, and is inside.' : 'The focus has the browser’s answer to its own offer.';
    case 'INFO':
      return relayed ? undefined : `A member tells how he is now, as a state: \`${body}\` (RFC 6086).`;
    case 'MESSAGE':
      return explainText(frame);
    case 'SUBSCRIBE':
      return relayed ? 'Relayed to the process that hosts the room.' : 'front asks to hear who is in the room, once for all its members there: `Event: conference` (RFC 4575).';
    case 'NOTIFY':
      return relayed ? undefined : explainState(body);
    case 'BYE':
      return relayed ? undefined : 'The member leaves (§15.1.1).';
    default:
  }
  if (about === 'INVITE' && status >= 200 && status < 300) {
    if (relayed) return undefined;
    return from === 'rooms' ? 'Answered: `isfocus` in the Contact says that this is a room, `Sipcast-Room` which member one is, and whether one is the first.' : 'The answer of the member’s browser.';
  }
  if (about === 'SUBSCRIBE') return relayed ? 'Relayed.' : 'Subscribed, for as long as somebody of this front is inside.';
  if (about === 'BYE' && status > 0) return relayed ? 'Relayed; the directory has him in the room no more.' : 'His place is free.';
  return undefined;
}

function explainText({ from, body }: SipFrame): string | undefined {
  const { from: speaker, to } = parseCpim(body);
  if (from === 'signaling') return undefined;
  const whom = to === '' || isRoom(to) ? 'to all in the room' : `to \`${userOf(to)}\` alone`;
  if (from === 'front') return `A text, said ${whom}: MESSAGE in the dialog, its body in CPIM (RFC 3428, RFC 3862).`;
  if (isRoom(speaker)) return 'The room greets the newcomer: From in the CPIM body is the room itself.';
  return `The focus passes it on, ${whom}: From is who is in that dialog, whatever he claims, DateTime when the focus heard it.`;
}

function explainState(body: string): string {
  if (body === '') return 'The room is told of no more: nobody of this front is inside.';
  const { members } = JSON.parse(body) as { members: { name: string; audio: boolean }[] };
  const names = members.map(({ name, audio }) => `\`${name}\`${audio ? '' : ' (muted)'}`);
  return `Who is in the room, whole, at each change: ${names.join(', ')}.`;
}

function isRoom(uri: string): boolean {
  return userOf(uri).startsWith('room-');
}

function userOf(uri: string): string {
  return /^sip:([^@]*)@/.exec(uri)?.[1] ?? '';
}
