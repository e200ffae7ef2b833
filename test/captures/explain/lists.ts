/** The lists that the daemon keeps: subscriptions to them, and questions for them. */
import type { SipFrame } from '../sip-frames.ts';

const LISTS: Readonly<Record<string, string>> = {
  directory: 'what is on',
  people: 'who is online',
  rooms: 'which rooms have somebody inside',
};

export function explainList({ method, status, about, event = '', subscriptionState, bodyType, body }: SipFrame): string | undefined {
  switch (method) {
    case 'SUBSCRIBE':
      return `front asks to hear of every change of ${LISTS[event] ?? event}: \`Event: ${event}\` (RFC 6665 §4.1).`;
    case 'NOTIFY':
      if (subscriptionState?.startsWith('terminated') === true) return 'The subscription of the daemon’s earlier life has ended; `reason=deactivated` asks to subscribe anew at once (RFC 6665 §4.1.3).';
      return `${capitalized(LISTS[event] ?? event)}, as JSON: at once after the SUBSCRIBE, then with each change.`;
    case 'OPTIONS':
      return `front asks ${LISTS[listOf(body)] ?? ''}: for a viewer who wants the list, or because it has heard nothing for ten seconds (RFC 3261 §11).`;
    default:
  }
  if (about === 'SUBSCRIBE') return 'Subscribed; Expires says for how long.';
  if (about === 'OPTIONS') return bodyType === undefined ? 'Answered.' : 'The list as JSON.';
  return status === undefined ? undefined : 'Heard.';
}

/** Which list an OPTIONS asks for. */
function listOf(body: string): string {
  return body === '' ? 'directory' : ((JSON.parse(body) as { list?: string }).list ?? 'directory');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
