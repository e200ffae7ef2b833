/** The challenged side of digest authentication (RFC 8760 §2.5, RFC 3261 §22.2, §22.3). */

import type { SipRequest, SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import { systemRandom, type RandomSource } from '../timing/random.ts';
import { algorithmOf, DEFAULT_ALGORITHMS, digestResponse, type DigestAlgorithm } from './algorithm.ts';
import { formatAuthHeader, parseAuthHeader } from './auth-header.ts';

const CNONCE_BYTES = 8;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface DigestClientOptions extends Credentials {
  /** What is accepted; a server that offers only others is not answered. SHA-256 alone unless told otherwise. */
  readonly algorithms?: readonly DigestAlgorithm[];
  readonly random?: RandomSource;
}

export interface AuthorizationHeader {
  readonly name: 'Authorization' | 'Proxy-Authorization';
  readonly value: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  /** As it was written, undefined where it was left out. */
  readonly algorithmName: string | undefined;
  readonly hasQop: boolean;
  readonly stale: boolean;
}

/** Remembers the last challenge of server and proxy, so that later requests need not be challenged again. */
export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #known = new Map<AuthorizationHeader['name'], { challenge: Challenge; count: number }>();

  constructor(options: DigestClientOptions) {
    this.#options = options;
  }

  /**
   * The header that answers a 401 or 407, for the request to be sent again (with a new CSeq and branch).
   * @returns undefined when no challenge in it can be answered, or when the very request already carried an answer that
   *   was not merely stale: the password is wrong, and asking again would go on for ever
   */
  answer(response: SipResponse, request: SipRequest): AuthorizationHeader | undefined {
    const name = response.status === 407 ? 'Proxy-Authorization' : 'Authorization';
    const challenge = this.#choose(response.headers.all(response.status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate'));
    if (challenge === undefined || (request.headers.has(name) && !challenge.stale)) return undefined;
    this.#known.set(name, { challenge, count: 0 });
    return this.#header(name, request);
  }

  /** Headers for a request that was not challenged yet, from what is known of earlier ones. */
  preemptive(request: SipRequest): AuthorizationHeader[] {
    return [...this.#known.keys()].flatMap((name) => this.#header(name, request) ?? []);
  }

  /** The first that can be answered: servers list what they prefer first (RFC 8760 §2.4). */
  #choose(values: readonly string[]): Challenge | undefined {
    for (const value of values) {
      const challenge = readChallenge(value);
      if (challenge !== undefined && (this.#options.algorithms ?? DEFAULT_ALGORITHMS).includes(challenge.algorithm)) return challenge;
    }
    return undefined;
  }

  #header(name: AuthorizationHeader['name'], request: SipRequest): AuthorizationHeader | undefined {
    const known = this.#known.get(name);
    if (known === undefined) return undefined;
    const { challenge } = known;
    const { username, password, random = systemRandom } = this.#options;
    const qop = challenge.hasQop ? { cnonce: random.token(CNONCE_BYTES), nc: (++known.count).toString(16).padStart(8, '0') } : undefined;
    const { realm, nonce, algorithm, algorithmName, opaque } = challenge;
    const response = digestResponse({ algorithm, username, realm, nonce, qop, method: request.method, uri: request.uri }, password);
    const parameters = { username, realm, nonce, uri: request.uri, response, algorithm: algorithmName, cnonce: qop?.cnonce, qop: qop && 'auth', nc: qop?.nc, opaque };
    return { name, value: formatAuthHeader(parameters, 'credentials') };
  }
}

function readChallenge(value: string): Challenge | undefined {
  let parameters: ReadonlyMap<string, string>;
  try {
    const header = parseAuthHeader(value, 'WWW-Authenticate');
    if (header.scheme !== 'digest') return undefined;
    parameters = header.parameters;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
  const [realm, nonce, qop] = [parameters.get('realm'), parameters.get('nonce'), parameters.get('qop')];
  const algorithmName = parameters.get('algorithm');
  const algorithm = algorithmOf(algorithmName);
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const offersAuth = qop?.split(',').some((option) => option.trim().toLowerCase() === 'auth');
  if (offersAuth === false) return undefined;
  return { realm, nonce, algorithm, algorithmName, opaque: parameters.get('opaque'), hasQop: offersAuth === true, stale: parameters.get('stale')?.toLowerCase() === 'true' };
}
