/** Who may watch and who may publish by HTTP alone: by a token of the operator's, by an account's access token, or without any where that is allowed. */
import type { Request } from 'express';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { fullName, invalidToken } from '../accounts/accounts.ts';
import type { Accounts, SignedIn } from '../accounts/accounts.ts';
import { ApiError } from '../api-error.ts';
import { signInRequired } from '../http/bearer.ts';
import { addressKey } from '../http/rate-limit.ts';
import { guarded, Guesses } from '../passwords/guesses.ts';
import { isOneOf } from './tokens.ts';

/** Wrong tokens from one address: quick enough for who mistypes. */
const GUESSES_PER_ADDRESS = { burst: 30, perMinute: 10 };

const GUEST_BYTES = 3;

/** Who asks. */
export interface Asker {
  /** By which others, and the daemon, know him. */
  readonly name: string;
}

export interface GateOptions {
  /** What whoever has no account is called: this, and a few digits. */
  readonly guest: string;
  /** Of the operator's. */
  readonly tokens: readonly string[];
  /** Whether this request may be served without any token. */
  readonly open: (request: Request) => boolean;
  readonly accounts: Pick<Accounts, 'authenticate'>;
  readonly clock: Clock;
  readonly random: RandomSource;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #guesses: Guesses;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#guesses = new Guesses(options.clock, GUESSES_PER_ADDRESS);
  }

  /** @throws ApiError 401 without a token where one is needed, and for one that is not believed; 429 after too many of those */
  async admit(request: Request): Promise<Asker> {
    const token = bearerToken(request.headers.authorization);
    if (token !== undefined) return this.#believe(token, addressKey(request.ip ?? ''));
    if (!this.#options.open(request)) throw signInRequired();
    return this.#guest();
  }

  async #believe(token: string, address: string): Promise<Asker> {
    const { tokens, accounts } = this.#options;
    let account: SignedIn['account'] | undefined;
    const right = await guarded([[this.#guesses, address]], async () => {
      if (isOneOf(tokens, token)) return true;
      account = await accounts.authenticate(token).then(
        (signedIn) => signedIn.account,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 401) return undefined;
          throw error;
        },
      );
      return account !== undefined;
    });
    if (!right) throw invalidToken();
    return account === undefined ? this.#guest() : { name: fullName(account) };
  }

  #guest(): Asker {
    const { guest, random } = this.#options;
    return { name: `${guest}-${random.token(GUEST_BYTES)}` };
  }
}

/** @returns undefined where there is none, or an empty one, as players send whose field for it was left empty */
function bearerToken(header = ''): string | undefined {
  const [scheme = '', token = ''] = header.trim().split(/ +/, 2);
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}
