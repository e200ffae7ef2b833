/** Methods and statuses: what the first line of a message means. */
import type { SipText } from '../model/sip-text.ts';
import { entryOf, explained } from './explanation.ts';
import type { Explanation } from './explanation.ts';

const METHODS: Readonly<Record<string, Explanation>> = {
  REGISTER: explained('Binds a name to the address in Contact, for a while.', 'RFC 3261 §10'),
  INVITE: explained('Begins a call with an offer, or changes one that goes on.', 'RFC 3261 §13'),
  ACK: explained('Says that the final answer to an INVITE has arrived; nobody answers it.', 'RFC 3261 §13.2.2.4'),
  BYE: explained('Ends the call.', 'RFC 3261 §15'),
  CANCEL: explained('Takes back an INVITE that is not answered yet.', 'RFC 3261 §9'),
  OPTIONS: explained('Asks what somebody can do; here, the daemon answers with its lists.', 'RFC 3261 §11'),
  SUBSCRIBE: explained('Asks to be told of events for a while.', 'RFC 6665 §4.1'),
  NOTIFY: explained('Tells a subscriber the present state.', 'RFC 6665 §4.2'),
  MESSAGE: explained('Carries a text.', 'RFC 3428'),
  INFO: explained('Tells something within a call that does not change it.', 'RFC 6086'),
  PRACK: explained('Acknowledges a provisional response.', 'RFC 3262'),
  UPDATE: explained('Changes a session before or within the call.', 'RFC 3311'),
  REFER: explained('Asks somebody to turn to somebody else.', 'RFC 3515'),
  PUBLISH: explained('Publishes a state for others to subscribe to.', 'RFC 3903'),
};

const STATUSES: Readonly<Record<number, Explanation>> = {
  100: explained('Received, work goes on: the request need not be repeated. Only as far as the next hop.', 'RFC 3261 §21.1.1'),
  180: explained('It rings at the called.', 'RFC 3261 §21.1.2'),
  181: explained('The call is passed on.', 'RFC 3261 §21.1.3'),
  182: explained('The called is busy with another call, but sees this one.', 'RFC 3261 §21.1.4'),
  183: explained('Something is told of the call’s progress.', 'RFC 3261 §21.1.5'),
  200: explained('Done.', 'RFC 3261 §21.2.1'),
  202: explained('Accepted: an older name of success, which the first version of this system’s protocol chose for the answer to a viewer’s INVITE.', 'RFC 6665 §8.3.1'),
  400: explained('The request is malformed.', 'RFC 3261 §21.4.1'),
  401: explained('Who asks has to prove who he is; the challenge is in WWW-Authenticate.', 'RFC 3261 §21.4.2'),
  403: explained('Understood, and refused. From a restarted daemon: this binding is forgotten, register again.', 'RFC 3261 §21.4.4'),
  404: explained('There is nobody of that name.', 'RFC 3261 §21.4.5'),
  405: explained('This method is not for this one; Allow says which are.', 'RFC 3261 §21.4.6'),
  406: explained('No answer could be made of a type that was accepted.', 'RFC 3261 §21.4.7'),
  407: explained('Who asks has to prove to the proxy who he is.', 'RFC 3261 §21.4.8'),
  408: explained('No answer came in time.', 'RFC 3261 §21.4.9'),
  413: explained('The body is too large.', 'RFC 3261 §21.4.11'),
  415: explained('The body’s type is not understood here.', 'RFC 3261 §21.4.13'),
  416: explained('The scheme of the URI is not understood here.', 'RFC 3261 §21.4.14'),
  420: explained('An extension was required that is not known here.', 'RFC 3261 §21.4.15'),
  422: explained('The session interval is too short; Min-SE says how long it must be.', 'RFC 4028 §6'),
  423: explained('The time asked for is too short; Min-Expires says how long it must be.', 'RFC 3261 §21.4.17'),
  480: explained('He is known, and away just now.', 'RFC 3261 §21.4.18'),
  481: explained('There is no such call or transaction here.', 'RFC 3261 §21.4.19'),
  482: explained('The request has been here before: a loop.', 'RFC 3261 §21.4.20'),
  483: explained('The request has taken too many hops.', 'RFC 3261 §21.4.21'),
  486: explained('Busy here.', 'RFC 3261 §21.4.24'),
  487: explained('The INVITE was ended by a CANCEL.', 'RFC 3261 §21.4.25'),
  488: explained('Not with this offer.', 'RFC 3261 §21.4.26'),
  489: explained('This event package is not known here.', 'RFC 6665 §8.3.2'),
  500: explained('A fault of the server.', 'RFC 3261 §21.5.1'),
  501: explained('The server does not know this method.', 'RFC 3261 §21.5.2'),
  503: explained('Too much to do at present; Retry-After says when to try again.', 'RFC 3261 §21.5.4'),
  513: explained('The message is too large.', 'RFC 3261 §21.5.7'),
  600: explained('Busy everywhere.', 'RFC 3261 §21.6.1'),
  603: explained('The called does not want the call.', 'RFC 3261 §21.6.2'),
};

const CLASSES: readonly Explanation[] = [
  explained('Provisional: work goes on.', 'RFC 3261 §21.1'),
  explained('Success.', 'RFC 3261 §21.2'),
  explained('To be tried elsewhere.', 'RFC 3261 §21.3'),
  explained('The request cannot be fulfilled here as it is.', 'RFC 3261 §21.4'),
  explained('A fault of the server.', 'RFC 3261 §21.5'),
  explained('Nowhere can it be fulfilled.', 'RFC 3261 §21.6'),
];

export function explainStartLine({ method, status = 0 }: SipText): Explanation {
  if (method !== undefined) return entryOf(METHODS, method) ?? explained('No method that this page knows.', 'RFC 3261 §7.1');
  return STATUSES[status] ?? CLASSES[Math.floor(status / 100) - 1] ?? explained('No status that there is.', 'RFC 3261 §7.2');
}
