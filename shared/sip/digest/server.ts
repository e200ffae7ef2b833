/** The challenging side of digest authentication (RFC 8760, RFC 3261 §22): one realm, qop=auth. */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SipRequest } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import { systemRandom, type RandomSource } from '../timing/random.ts';
import { algorithmOf, DEFAULT_ALGORITHMS, DIGEST_LENGTHS, digestResponse, type DigestAlgorithm } from './algorithm.ts';
import { formatAuthHeader, parseAuthHeader } from './auth-header.ts';
import { Nonces } from './nonces.ts';

const DEFAULT_NONCE_LIFETIME_MS = 300_000;
const DEFAULT_MAX_USED_NONCES = 20_000;
const KEY_BYTES = 32;
/** Longest credentials that are looked at: far more than any client writes. */
const MAX_USERNAME_LENGTH = 256;

export interface DigestServerOptions {
  readonly realm: string;
  /** Strongest first: each makes a challenge of its own (RFC 8760 §2.4). SHA-256 alone unless told otherwise. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Key of the nonces; nonces of another key count as stale. Random unless given. */
  readonly key?: Buffer;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: RandomSource;
  readonly nonceLifetimeMs?: number;
  readonly maxUsedNonces?: number;
}

export type Verdict =
  /** Proven: the request comes from this user, and was not seen before. */
  | { readonly outcome: 'ok'; readonly username: string }
  /** The password is right, the nonce is not: challenge again with `stale`. */
  | { readonly outcome: 'stale'; readonly username: string }
  /** No credentials for this realm: challenge. */
  | { readonly outcome: 'missing' }
  /** Credentials that prove nothing. */
  | { readonly outcome: 'denied'; readonly reason: string };

interface Credentials {
  readonly username: string;
  readonly nonce: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly response: string;
  readonly uri: string;
  readonly algorithm: DigestAlgorithm;
}

type ChallengeFrame = readonly [string, string];

const NONCE_PLACE = '*';

function challengeFrame(realm: string, algorithm: DigestAlgorithm, stale: 'true' | undefined): ChallengeFrame {
  const text = formatAuthHeader({ realm, nonce: NONCE_PLACE, qop: 'auth', algorithm, stale, charset: 'UTF-8' }, 'challenge');
  const at = text.indexOf(`nonce="${NONCE_PLACE}"`) + 'nonce="'.length;
  return [text.slice(0, at), text.slice(at + NONCE_PLACE.length)];
}

export class DigestServer {
  readonly realm: string;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #nonces: Nonces;
  /** What stands before and after the nonce, for each algorithm. */
  readonly #challenges: readonly ChallengeFrame[];
  readonly #staleChallenges: readonly ChallengeFrame[];

  constructor(options: DigestServerOptions) {
    this.realm = options.realm;
    this.#algorithms = options.algorithms ?? DEFAULT_ALGORITHMS;
    this.#challenges = this.#algorithms.map((algorithm) => challengeFrame(this.realm, algorithm, undefined));
    this.#staleChallenges = this.#algorithms.map((algorithm) => challengeFrame(this.realm, algorithm, 'true'));
    this.#nonces = new Nonces({
      key: options.key ?? randomBytes(KEY_BYTES),
      now: options.now ?? Date.now,
      random: options.random ?? systemRandom,
      lifetimeMs: options.nonceLifetimeMs ?? DEFAULT_NONCE_LIFETIME_MS,
      maxUsed: options.maxUsedNonces ?? DEFAULT_MAX_USED_NONCES,
    });
  }

  /** Values for WWW-Authenticate or Proxy-Authenticate, one header line each. */
  challenges(options: { readonly stale?: boolean } = {}): string[] {
    const nonce = this.#nonces.issue();
    return (options.stale === true ? this.#staleChallenges : this.#challenges).map(([before, after]) => before + nonce + after);
  }

  /**
   * Checks the request's credentials for this realm; call it once per transaction, for a retransmission would look like a replay.
   * Their uri need not be the Request-URI, which proxies rewrite (RFC 3261 §22.4, item 5); what is replayed fails by its nonce count.
   * @param passwordOf undefined for users that do not exist, which takes as long as a wrong password
   */
  verify(request: SipRequest, passwordOf: (username: string) => string | undefined, header: 'Authorization' | 'Proxy-Authorization' = 'Authorization'): Verdict {
    let credentials: Credentials | undefined;
    try {
      credentials = this.#credentials(request, header);
    } catch (error) {
      if (error instanceof SipSyntaxError) return { outcome: 'denied', reason: error.message };
      throw error;
    }
    if (credentials === undefined) return { outcome: 'missing' };
    const { username, nonce, nc, cnonce, uri, algorithm } = credentials;
    const password = passwordOf(username);
    const expected = digestResponse({ algorithm, username, realm: this.realm, nonce, qop: { cnonce, nc }, method: request.method, uri }, password ?? '');
    const matches = timingSafeEqual(Buffer.from(expected), Buffer.from(credentials.response.toLowerCase()));
    if (!matches || password === undefined) return { outcome: 'denied', reason: 'Wrong user name or password' };
    if (!this.#nonces.use(nonce, Number.parseInt(nc, 16))) return { outcome: 'stale', username };
    return { outcome: 'ok', username };
  }

  #credentials(request: SipRequest, header: string): Credentials | undefined {
    for (const value of request.headers.all(header)) {
      const { scheme, parameters } = parseAuthHeader(value, header);
      if (scheme === 'digest' && parameters.get('realm') === this.realm) return this.#read(parameters, header);
    }
    return undefined;
  }

  #read(parameters: ReadonlyMap<string, string>, header: string): Credentials {
    const parameter = (name: string): string => {
      const value = parameters.get(name);
      if (value === undefined || value === '') throw new SipSyntaxError(`${header} lacks ${name}`, { header });
      return value;
    };
    const algorithm = algorithmOf(parameters.get('algorithm'));
    if (algorithm === undefined || !this.#algorithms.includes(algorithm)) throw new SipSyntaxError(`${header} uses an algorithm that was not offered`, { header });
    if (parameter('qop').toLowerCase() !== 'auth') throw new SipSyntaxError(`${header} uses a qop that was not offered`, { header });
    const [username, nc, response] = [parameter('username'), parameter('nc'), parameter('response')];
    if (username.length > MAX_USERNAME_LENGTH) throw new SipSyntaxError(`${header} has a user name that is too long`, { header });
    if (!/^[0-9a-f]{8}$/i.test(nc)) throw new SipSyntaxError(`${header} has a malformed nc`, { header });
    if (response.length !== DIGEST_LENGTHS[algorithm] || !/^[0-9a-f]+$/i.test(response)) throw new SipSyntaxError(`${header} has a malformed response`, { header });
    return { username, nc, response, algorithm, nonce: parameter('nonce'), cnonce: parameter('cnonce'), uri: parameter('uri') };
  }
}
