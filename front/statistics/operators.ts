/** Who may see a streamer's numbers: whoever knows the operators' password (RFC 7617), or, without one, whoever sits at this machine. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import { isLocal } from '../http/local.ts';
import { RateLimiter } from '../http/rate-limit.ts';

/** Wrong passwords that one address may try a minute. */
const MAX_GUESSES_PER_MINUTE = 10;
const MAX_CREDENTIALS_CHARACTERS = 1024;
const KEY_BYTES = 32;
const MS_PER_SECOND = 1000;
const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="sipcast operators", charset="UTF-8"' };

export class Operators {
  readonly #key = randomBytes(KEY_BYTES);
  readonly #expected: Buffer | undefined;
  readonly #guesses: RateLimiter;

  /** @param password without one only this machine is let in */
  constructor(password: string | undefined, clock: Clock) {
    this.#expected = password === undefined ? undefined : this.#digest(password);
    this.#guesses = new RateLimiter(MAX_GUESSES_PER_MINUTE, clock);
  }

  /** Whether there is a password to be asked for. */
  get byPassword(): boolean {
    return this.#expected !== undefined;
  }

  /** Lets operators through. */
  readonly only: RequestHandler = (request, _response, next) => {
    next(this.refusal(request));
  };

  /** @returns why the request is not an operator's; undefined when it is: 403, 401 with a challenge, or 429 after too many guesses */
  refusal(request: Request): ApiError | undefined {
    if (this.#expected === undefined) return isLocal(request) ? undefined : elsewhere();
    const address = request.ip ?? '';
    const waitMs = this.#guesses.peek(address);
    if (waitMs > 0) return tooMany(waitMs);
    const password = passwordIn(request.headers.authorization);
    if (password === undefined) return unproven('The numbers are for operators: the password is that of --operator-password.');
    // Digests of the same length, made with a key that nobody knows: how long it takes says nothing of the password.
    if (timingSafeEqual(this.#digest(password), this.#expected)) return undefined;
    this.#guesses.take(address);
    return unproven('This is not the operators’ password.');
  }

  #digest(password: string): Buffer {
    return createHmac('sha256', this.#key).update(password).digest();
  }
}

/** The password of an Authorization header; whatever stands for the user is not looked at. */
function passwordIn(header: string | undefined): string | undefined {
  const match = /^basic +([\w+/=-]+)$/i.exec(header ?? '');
  const encoded = match?.[1];
  if (encoded === undefined || encoded.length > MAX_CREDENTIALS_CHARACTERS) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString();
  const colon = credentials.indexOf(':');
  return colon < 0 ? undefined : credentials.slice(colon + 1);
}

function elsewhere(): ApiError {
  return new ApiError(403, 'operators-only', 'The numbers are shown on the machine of this server only; with --operator-password elsewhere, too.');
}

function unproven(message: string): ApiError {
  return new ApiError(401, 'operators-only', message, { headers: CHALLENGE });
}

function tooMany(waitMs: number): ApiError {
  const seconds = Math.ceil(waitMs / MS_PER_SECOND);
  return new ApiError(429, 'too-many-requests', `Too many wrong passwords from your address: try again in ${seconds} s.`, { headers: { 'Retry-After': String(seconds) } });
}
