/** A SUBSCRIBE to the list, checked (RFC 6665 §4.2.1). */

import type { SipRequest } from '../../shared/sip/message/message.ts';
import { acceptsJson } from '../list/options.ts';
import { Refusal } from '../reply.ts';

/** The event package that this daemon notifies about: changes of its list of streamers. */
export const EVENT_PACKAGE = 'directory';

export const MIN_SUBSCRIPTION_SECONDS = 10;
const MAX_SUBSCRIPTION_SECONDS = 3600;
const MAX_EVENT_ID = 64;
/** Longest of the header values that a subscription keeps. */
const MAX_KEPT_HEADER = 1024;
const MAX_ROUTES = 8;

export interface Subscribe {
  readonly seconds: number;
  readonly eventId: string;
  /** The Contact URI. */
  readonly contact: string;
}

/** @throws Refusal 489 for another event, 423 for too short a time, 406 where JSON is not wanted, 400 for what cannot be kept */
export function readSubscribe(request: SipRequest): Subscribe {
  const [event = '', ...parameters] = (request.headers.get('Event') ?? '').split(';').map((part) => part.trim());
  if (event !== EVENT_PACKAGE) {
    throw new Refusal(489, `the only event here is ${EVENT_PACKAGE}`, { headers: [['Allow-Events', EVENT_PACKAGE]] });
  }
  if (!acceptsJson(request)) throw new Refusal(406, 'notifications are application/json');
  const eventId = parameters.find((parameter) => parameter.startsWith('id='))?.slice('id='.length) ?? '';
  requireKeepable(request, eventId);
  return { seconds: lifetime(request), eventId, contact: contactOf(request) };
}

function lifetime(request: SipRequest): number {
  const seconds = Math.min(request.expires ?? MAX_SUBSCRIPTION_SECONDS, MAX_SUBSCRIPTION_SECONDS);
  if (seconds > 0 && seconds < MIN_SUBSCRIPTION_SECONDS) {
    throw new Refusal(423, `a subscription lasts at least ${MIN_SUBSCRIPTION_SECONDS} s`, { headers: [['Min-Expires', String(MIN_SUBSCRIPTION_SECONDS)]] });
  }
  return seconds;
}

function contactOf(request: SipRequest): string {
  const { contacts } = request;
  const [contact] = contacts === '*' ? [] : contacts;
  if (contact?.parsedUri().scheme !== 'sip') throw new Refusal(400, 'a SUBSCRIBE needs a sip URI in Contact');
  return contact.uri;
}

/** A subscription outlives its request, so what it keeps must be bounded. */
function requireKeepable(request: SipRequest, eventId: string): void {
  if (eventId.length > MAX_EVENT_ID) throw new Refusal(400, `an event id has at most ${MAX_EVENT_ID} characters`);
  const routes = request.headers.values('Record-Route');
  if (routes.length > MAX_ROUTES) throw new Refusal(400, `a subscription comes over at most ${MAX_ROUTES} hops`);
  const values = [...routes, ...['From', 'To', 'Contact', 'Call-ID'].map((name) => request.headers.get(name) ?? '')];
  if (values.some((value) => value.length > MAX_KEPT_HEADER)) throw new Refusal(400, `a header that a subscription keeps has at most ${MAX_KEPT_HEADER} characters`);
}
