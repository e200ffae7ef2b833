/** What a SUBSCRIBE to the list must be like before the notifier sees it: it outlives its request, so what it keeps is bounded. */

import type { SipRequest } from '../../shared/sip/message/message.ts';
import { acceptsJson } from '../list/options.ts';
import { Refusal } from '../reply.ts';

/** Longest of the header values that a subscription keeps, in characters. */
const MAX_KEPT_HEADER = 1024;
const MAX_ROUTES = 8;

/** @throws Refusal 406 where JSON is not wanted, 400 for what cannot be kept */
export function checkSubscribe(request: SipRequest): void {
  if (!acceptsJson(request)) throw new Refusal(406, 'notifications are application/json');
  const { contacts } = request;
  const [contact] = contacts === '*' ? [] : contacts;
  if (contact?.parsedUri().scheme !== 'sip') throw new Refusal(400, 'a SUBSCRIBE needs a sip URI in Contact');
  const routes = request.headers.values('Record-Route');
  if (routes.length > MAX_ROUTES) throw new Refusal(400, `a subscription comes over at most ${MAX_ROUTES} hops`);
  const values = [...routes, ...['From', 'To', 'Contact', 'Call-ID', 'Event'].map((name) => request.headers.get(name) ?? '')];
  if (values.some((value) => value.length > MAX_KEPT_HEADER)) {
    throw new Refusal(400, `a header that a subscription keeps has at most ${MAX_KEPT_HEADER} characters`);
  }
}
