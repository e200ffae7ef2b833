/** What a message is about, in a few words beside its method or status. */
import { whatWords } from '../../strings/ladder-words.ts';
import { aboutMethod, bodyType, headerOf, userIn } from './sip-text.ts';
import type { SipText } from './sip-text.ts';

const ROOM_PREFIX = 'room-';

export function whatIs(sip: SipText): string {
  return sip.status === undefined ? request(sip) : response(sip, sip.status);
}

function request(sip: SipText): string {
  const to = userIn(headerOf(sip, 'To'));
  const inDialog = /;\s*tag=/i.test(headerOf(sip, 'To'));
  switch (sip.method) {
    case 'REGISTER':
      return headerOf(sip, 'Expires') === '0' ? whatWords.unregister(to) : whatWords.register(to, kindIn(sip.body));
    case 'INVITE':
      if (inDialog) return whatWords.reinvite;
      return to.startsWith(ROOM_PREFIX) ? whatWords.join : whatWords.invite(to);
    case 'ACK':
      return whatWords.ack;
    case 'BYE':
      return whatWords.bye;
    case 'CANCEL':
      return whatWords.cancel;
    case 'SUBSCRIBE':
      return headerOf(sip, 'Expires') === '0' ? whatWords.unsubscribe(eventOf(sip)) : whatWords.subscribe(eventOf(sip));
    case 'NOTIFY':
      return headerOf(sip, 'Subscription-State').startsWith('terminated') ? whatWords.notifyEnd(eventOf(sip)) : whatWords.notify(eventOf(sip));
    case 'OPTIONS':
      return to === '' ? whatWords.list : whatWords.ping;
    case 'MESSAGE':
      return whatWords.text(to.startsWith(ROOM_PREFIX) ? '' : to);
    case 'INFO':
      return headerOf(sip, 'Info-Package') === 'trickle-ice' ? whatWords.candidates : whatWords.state;
    default:
      return '';
  }
}

function response(sip: SipText, status: number): string {
  const method = aboutMethod(sip);
  const known = (whatWords.statuses as Readonly<Record<number, string>>)[status];
  if (known !== undefined) return `${known} (${method})`;
  if (status >= 200 && status < 300 && bodyType(sip) === 'application/sdp') return `${whatWords.answer} (${method})`;
  return `(${method})`;
}

function eventOf(sip: SipText): string {
  return headerOf(sip, 'Event').split(';', 1)[0] ?? '';
}

function kindIn(body: string): string {
  return /"kind"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '';
}
