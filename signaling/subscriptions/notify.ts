/** The NOTIFY of a subscription (RFC 6665 §4.2.2), built inside its dialog (RFC 3261 §12.2.1.1). */

import { Headers } from '../../shared/sip/message/headers.ts';
import { SipRequest } from '../../shared/sip/message/message.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { LIST_CONTENT_TYPE } from '../list/options.ts';
import { EVENT_PACKAGE } from './request.ts';

const MAX_FORWARDS = '70';

/** Subscription-State: for how many seconds more, or why it is over. */
export type SubscriptionState = { readonly activeSeconds: number } | { readonly terminated: 'deactivated' | 'timeout' };

/**
 * @param contact our own Contact URI
 * @param body the list as JSON; empty where none is sent
 */
export function buildNotify(subscription: StoredSubscription, cseq: number, state: SubscriptionState, contact: string, body: string): SipRequest {
  const headers = new Headers();
  for (const route of subscription.routes) headers.append('Route', route);
  headers.append('Max-Forwards', MAX_FORWARDS);
  headers.append('From', subscription.from);
  headers.append('To', subscription.to);
  headers.append('Call-ID', subscription.callId);
  headers.append('CSeq', `${cseq} NOTIFY`);
  headers.append('Contact', `<${contact}>`);
  headers.append('Event', subscription.eventId === '' ? EVENT_PACKAGE : `${EVENT_PACKAGE};id=${subscription.eventId}`);
  headers.append('Subscription-State', 'terminated' in state ? `terminated;reason=${state.terminated}` : `active;expires=${state.activeSeconds}`);
  if (body !== '') headers.append('Content-Type', LIST_CONTENT_TYPE);
  return new SipRequest('NOTIFY', subscription.contact, headers, Buffer.from(body));
}
