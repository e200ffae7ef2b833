/** Every header field that this system's messages have, and the usual ones of others: what it is for. */
import { entryOf, explained } from './explanation.ts';
import type { Explanation } from './explanation.ts';

const HEADERS: Readonly<Record<string, Explanation>> = {
  // Who, to whom, which call, on which way.
  Via: explained('One hop of the request’s way, the latest on top: the response goes back along these. The branch names the transaction; received and rport say where it really came from.', 'RFC 3261 §20.42'),
  'Max-Forwards': explained('How many more hops the request may take; each takes one off, so that none goes round for ever.', 'RFC 3261 §20.22'),
  From: explained('Who asks. The tag is his part of the dialog’s name.', 'RFC 3261 §20.20'),
  To: explained('Whom it is for, as the caller named him. The tag, once there is one, is the other part of the dialog’s name.', 'RFC 3261 §20.39'),
  'Call-ID': explained('Names the call: with both tags it tells one dialog from every other.', 'RFC 3261 §20.8'),
  CSeq: explained('Counts the requests of one side within the dialog, and names the method: so a response is known to be of this request, and an old one to be old.', 'RFC 3261 §20.16'),
  Contact: explained('Where the sender is reached directly: the dialog’s next requests go there. In a REGISTER it is what is bound to the name.', 'RFC 3261 §20.10'),
  Route: explained('The proxies that this request is to pass, the first on top; taken from the Record-Route of the call’s beginning.', 'RFC 3261 §20.34'),
  'Record-Route': explained('A proxy wrote itself in here, to stay on the way of all later requests of this dialog; lr says that it follows RFC 3261.', 'RFC 3261 §20.30'),
  Path: explained('Proxies that requests to the registered contact are to pass.', 'RFC 3327 §4'),
  Expires: explained('For how many seconds it holds: a binding, a subscription, or how long an INVITE may ring. 0 ends it.', 'RFC 3261 §20.19'),
  'Min-Expires': explained('The shortest time, in seconds, that the registrar or notifier grants.', 'RFC 3261 §20.23'),
  // What one can.
  Allow: explained('The methods that the sender understands.', 'RFC 3261 §20.5'),
  Supported: explained('Extensions that the sender knows, by their option tags.', 'RFC 3261 §20.37'),
  Require: explained('Extensions that the other must know to answer this; if not, 420.', 'RFC 3261 §20.32'),
  'Proxy-Require': explained('Extensions that each proxy on the way must know.', 'RFC 3261 §20.29'),
  Unsupported: explained('Extensions that were required and are not known here.', 'RFC 3261 §20.40'),
  Accept: explained('The types of bodies that the sender understands in an answer or a NOTIFY.', 'RFC 3261 §20.1'),
  'Accept-Encoding': explained('How bodies may be compressed for the sender.', 'RFC 3261 §20.2'),
  'Accept-Language': explained('Languages that the sender’s user reads.', 'RFC 3261 §20.3'),
  'User-Agent': explained('The software that asks.', 'RFC 3261 §20.41'),
  Server: explained('The software that answers.', 'RFC 3261 §20.35'),
  Organization: explained('To whom the sender belongs.', 'RFC 3261 §20.25'),
  // The body.
  'Content-Type': explained('What the body is: application/sdp is a session description, application/json this system’s own, message/cpim a text with its own header.', 'RFC 3261 §20.15'),
  'Content-Length': explained('How many bytes the body has. On UDP the datagram says so, too, and the two must not contradict each other.', 'RFC 3261 §20.14'),
  'Content-Encoding': explained('How the body is compressed.', 'RFC 3261 §20.12'),
  'Content-Disposition': explained('What the body is for: a session unless it says otherwise.', 'RFC 3261 §20.11'),
  'Content-Language': explained('The body’s language.', 'RFC 3261 §20.13'),
  'Content-ID': explained('Names the body, so that a header can point at it.', 'RFC 8262 §3'),
  'MIME-Version': explained('Says that the body follows MIME.', 'RFC 3261 §20.24'),
  // Subscriptions.
  Event: explained('The event package: directory, people, rooms, statistics and trace are this system’s own, conference is RFC 4575’s.', 'RFC 6665 §8.2.1'),
  'Allow-Events': explained('The event packages to which one can subscribe here.', 'RFC 6665 §8.2.2'),
  'Subscription-State': explained('Whether the subscription goes on, for how long, and if not, why: deactivated asks to subscribe anew at once.', 'RFC 6665 §8.2.3'),
  'SIP-ETag': explained('Names the published state, for the next PUBLISH.', 'RFC 3903 §11.3.1'),
  'SIP-If-Match': explained('The published state that this PUBLISH changes.', 'RFC 3903 §11.3.2'),
  // Sessions.
  'Session-Expires': explained('After so many seconds without a refresh both ends take the call for gone; refresher says who refreshes.', 'RFC 4028 §4'),
  'Min-SE': explained('The shortest session interval that is borne on the way.', 'RFC 4028 §5'),
  'Info-Package': explained('What an INFO is about: trickle-ice carries addresses that were found meanwhile.', 'RFC 6086 §7.2.1'),
  'Recv-Info': explained('Kinds of INFO that the sender wants to get.', 'RFC 6086 §7.2.2'),
  Replaces: explained('The call that this one takes the place of.', 'RFC 3891 §6.1'),
  'Refer-To': explained('Whom to turn to instead.', 'RFC 3515 §2.1'),
  'Referred-By': explained('Who said so.', 'RFC 3892 §3'),
  'Target-Dialog': explained('A dialog in which both are: who knows it has some right to ask.', 'RFC 4538 §7'),
  Join: explained('The call that this one is to join.', 'RFC 3911 §7.1'),
  RSeq: explained('Counts provisional responses that are to be acknowledged.', 'RFC 3262 §7.1'),
  RAck: explained('The provisional response that this PRACK acknowledges.', 'RFC 3262 §7.2'),
  // Why.
  Reason: explained('Why the call ends: cause is a SIP status, text is for people.', 'RFC 3326 §2'),
  Warning: explained('What is behind this status, in words: 399 is “anything else”, then who says it, and what.', 'RFC 3261 §20.43'),
  'Retry-After': explained('After how many seconds one may try again.', 'RFC 3261 §20.33'),
  'Error-Info': explained('Where more is said of the error.', 'RFC 3261 §20.18'),
  Date: explained('When the message was made.', 'RFC 3261 §20.17'),
  Timestamp: explained('When the request was sent, to measure the round trip.', 'RFC 3261 §20.38'),
  Subject: explained('What it is about, in words.', 'RFC 3261 §20.36'),
  Priority: explained('How urgent it is.', 'RFC 3261 §20.26'),
  // Proof.
  'WWW-Authenticate': explained('A challenge: prove with a digest over this nonce that you know the secret.', 'RFC 3261 §20.44'),
  Authorization: explained('The proof: a digest over secret, nonce, method and URI. Its response is blanked here.', 'RFC 3261 §20.7'),
  'Proxy-Authenticate': explained('A proxy’s challenge.', 'RFC 3261 §20.27'),
  'Proxy-Authorization': explained('The proof for a proxy. Its response is blanked here.', 'RFC 3261 §20.28'),
  'Authentication-Info': explained('The server’s own proof that it knows the secret.', 'RFC 3261 §20.6'),
  'P-Asserted-Identity': explained('Who asks, as a proxy vouches for it.', 'RFC 3325 §9.1'),
  Privacy: explained('What of the sender is to be hidden.', 'RFC 3323 §4.2'),
  'Max-Breadth': explained('Into how many branches the request may still be forked at a time.', 'RFC 5393 §5.3.3'),
  'In-Reply-To': explained('The calls that this one answers.', 'RFC 3261 §20.21'),
  'Reply-To': explained('Whom to call back.', 'RFC 3261 §20.31'),
  'Alert-Info': explained('How it is to ring.', 'RFC 3261 §20.4'),
  'Call-Info': explained('More on the caller or the called.', 'RFC 3261 §20.9'),
  'History-Info': explained('Where the request has been sent before.', 'RFC 7044 §5'),
  'Service-Route': explained('Proxies that the registered one is to use for his own requests.', 'RFC 3608 §5'),
  // This system's own.
  'Sipcast-Room': explained('This system’s own: a room’s title and how many it holds, and in the answer which member one is, and whether the first. docs/people.md says more.'),
  'Sipcast-Publish': explained('This system’s own: under which name, and with which title, somebody publishes. docs/open.md says more.'),
};

const UNKNOWN = explained('No header that this page knows: who does not know it passes over it.', 'RFC 3261 §7.3.1');
const BROKEN = explained('No header line: a name, a colon and a value are missing.', 'RFC 3261 §7.3.1');

/** @param name in its registered spelling; empty for a line that is no header */
export function explainHeader(name: string): Explanation {
  if (name === '') return BROKEN;
  return entryOf(HEADERS, name) ?? UNKNOWN;
}

/** Whether there is a sentence of its own. */
export function knowsHeader(name: string): boolean {
  return Object.hasOwn(HEADERS, name);
}
