/** The name that a streamer is known by: the user part of its address of record. */

import type { SipRequest } from '../../shared/sip/message/message.ts';
import { Refusal } from '../reply.ts';

/** In Unicode code points. */
const MAX_NAME = 64;

/**
 * The name that a REGISTER is about.
 * @throws Refusal 416 for another scheme, 404 without a user part, 400 for a name that nobody could read
 */
export function registeredName(request: SipRequest): string {
  const uri = request.to.parsedUri();
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') throw new Refusal(416, 'To must be a sip URI');
  const name = uri.user;
  if (name === undefined || name === '') throw new Refusal(404, 'To has no user part: there is no name to register');
  if (name.length > 2 * MAX_NAME || Array.from(name).length > MAX_NAME) throw new Refusal(400, `a name has at most ${MAX_NAME} characters`);
  if (hasControlCharacter(name) || name.trim() === '') throw new Refusal(400, 'a name must be readable: no control characters, and not blank');
  return name;
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
