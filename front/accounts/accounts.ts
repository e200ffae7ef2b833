/** Accounts: who may sign in, who is signed in, and the tokens that prove it. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { ApiError } from '../api-error.ts';
import { guarded, Guesses } from '../passwords/guesses.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { newId } from '../store/new-id.ts';
import type { Account, Session, Store } from '../store/store.ts';
import type { Creation, Credentials, ProfileChange } from './requests.ts';
import { REFRESH_LIFETIME_MS } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** Two tabs that wake together both use the refresh token they share: for this long, ms, that is no theft. */
const SIMULTANEOUS_MS = 10_000;

/** Devices on which one may be signed in. */
const MAX_SESSIONS = 50;

/** Wrong passwords for one account, and from one address: quick enough for who mistypes, a few thousand a day for who guesses. */
const GUESSES_PER_ACCOUNT = { burst: 10, perMinute: 1 };
const GUESSES_PER_ADDRESS = { burst: 30, perMinute: 10 };

/** What is handed out to whoever has signed in. */
export interface TokenPair {
  readonly refresh: string;
  readonly access: string;
}

/** Who asks, by a token that was believed. */
export interface SignedIn {
  readonly account: Account;
  readonly sessionId: string;
  readonly operator: boolean;
}

export interface AccountsOptions {
  store: Pick<Store, 'accounts' | 'sessions'>;
  passwords: Passwords;
  tokens: Tokens;
  /** E-mails, in lower case, whose accounts are operators'. */
  operatorEmails: readonly string[];
  clock: Clock;
  /** Milliseconds since 1970. */
  wallClock: () => number;
  random: RandomSource;
  log: Logger;
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #operators: ReadonlySet<string>;
  readonly #byAccount: Guesses;
  readonly #byAddress: Guesses;
  /** Counted for operators, since the start. */
  readonly counts = { made: 0, signIns: 0, wrongPasswords: 0 };

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#operators = new Set(options.operatorEmails);
    this.#byAccount = new Guesses(options.clock, GUESSES_PER_ACCOUNT);
    this.#byAddress = new Guesses(options.clock, GUESSES_PER_ADDRESS);
  }

  /** Whether an account with this e-mail, in lower case, is an operator's. */
  isOperator(email: string): boolean {
    return this.#operators.has(email);
  }

  /** Makes an account and signs in. @throws ApiError 400 `email-taken`, 503 */
  async create({ email, first_name: firstName, last_name: lastName, password }: Creation): Promise<TokenPair> {
    const { store, passwords, random, wallClock, log } = this.#options;
    if ((await store.accounts.byEmail(email)) !== undefined) throw emailTaken();
    const passwordHash = await passwords.hash(password);
    const account = { id: newId(random), email, firstName, lastName, passwordHash, createdMs: wallClock() };
    if (!(await store.accounts.add(account))) throw emailTaken();
    this.counts.made++;
    log.info({ account: account.id }, 'an account was made');
    return this.#pair(account, await this.#begin(account));
  }

  /**
   * Takes as long for an e-mail that has no account, and says the same.
   * @param address from where he asks. @throws ApiError 401 `wrong-credentials`, 429, 503
   */
  async signIn({ email, password }: Credentials, address: string): Promise<TokenPair> {
    const { store, passwords } = this.#options;
    const account = await store.accounts.byEmail(email);
    const right = await guarded([[this.#byAddress, address], [this.#byAccount, email]], () => passwords.matches(password, account?.passwordHash));
    if (!right || account === undefined) {
      this.counts.wrongPasswords++;
      throw wrongCredentials();
    }
    const session = await this.#begin(account);
    // The password may have been changed while this one was looked at: then what it opened is shut again.
    if ((await store.accounts.get(account.id))?.passwordHash !== account.passwordHash) {
      await store.sessions.remove(session.id);
      throw wrongCredentials();
    }
    this.counts.signIns++;
    return this.#pair(account, session);
  }

  /** A new pair for a refresh token, which cannot be used again: who does revokes the whole family. @throws ApiError 401 `invalid-token` */
  async refresh(token: string): Promise<TokenPair> {
    const { store, tokens, wallClock, log } = this.#options;
    const claims = await tokens.readRefresh(token);
    if (claims === undefined) throw invalidToken();
    const nowMs = wallClock();
    const next = { generation: claims.generation + 1, rotatedMs: nowMs, expiresMs: nowMs + REFRESH_LIFETIME_MS };
    const rotated = await store.sessions.rotate(claims.sessionId, claims.generation, { nowMs, expiresMs: next.expiresMs });
    const session = await this.#live(claims.sessionId, nowMs);
    if (session === undefined) throw invalidToken();
    if (rotated) return this.#pair(await this.#owner(session), { ...session, ...next });
    if (claims.generation === session.generation - 1 && nowMs - session.rotatedMs <= SIMULTANEOUS_MS) return this.#pair(await this.#owner(session), session);
    await store.sessions.remove(session.id);
    log.warn({ account: session.accountId }, 'a refresh token was used twice: whoever signed in by it has to sign in again');
    throw invalidToken();
  }

  /** Whether a token of either kind is believed now. @throws ApiError 401 `invalid-token` when it is not */
  async verify(token: string): Promise<void> {
    const { tokens, wallClock } = this.#options;
    const claims = (await tokens.readAccess(token)) ?? (await tokens.readRefresh(token));
    const session = claims && (await this.#live(claims.sessionId, wallClock()));
    if (session === undefined) throw invalidToken();
    if (claims !== undefined && 'generation' in claims && claims.generation !== session.generation) throw invalidToken();
  }

  /** Ends the session of a refresh token, with every token of it; one that is not believed has none. `everywhere`: all sessions of the account. */
  async revoke(token: string, { everywhere = false }: { everywhere?: boolean } = {}): Promise<void> {
    const { store, tokens, wallClock } = this.#options;
    const claims = await tokens.readRefresh(token);
    if (claims === undefined) return;
    const session = await this.#live(claims.sessionId, wallClock());
    if (everywhere && session !== undefined) await store.sessions.removeOthers(session.accountId, session.id);
    await store.sessions.remove(claims.sessionId);
  }

  /** Whose access token it is. @throws ApiError 401 `invalid-token` */
  async authenticate(token: string): Promise<SignedIn> {
    const { tokens, wallClock } = this.#options;
    const claims = await tokens.readAccess(token);
    const session = claims && (await this.#live(claims.sessionId, wallClock()));
    if (session === undefined || session.accountId !== claims?.accountId) throw invalidToken();
    const account = await this.#owner(session);
    return { account, sessionId: session.id, operator: this.isOperator(account.email) };
  }

  /**
   * Changes names, or the password, which signs out everywhere else.
   * @throws ApiError 401 `wrong-credentials` when the old password is not right, 429, 503
   */
  async change({ account, sessionId }: SignedIn, { first_name: firstName, last_name: lastName, password, new_password: next }: ProfileChange): Promise<Account> {
    const { store, passwords } = this.#options;
    const names = { ...(firstName === undefined ? {} : { firstName }), ...(lastName === undefined ? {} : { lastName }) };
    if (password === undefined || next === undefined) return (await store.accounts.change(account.id, names)) ?? account;
    if (!(await guarded([[this.#byAccount, account.email]], () => passwords.matches(password, account.passwordHash)))) throw wrongCredentials();
    const changed = await store.accounts.change(account.id, { ...names, passwordHash: await passwords.hash(next) });
    await store.sessions.removeOthers(account.id, sessionId);
    return changed ?? account;
  }

  async #begin(account: Account): Promise<Session> {
    const { store, random, wallClock } = this.#options;
    const nowMs = wallClock();
    const session = { id: newId(random), accountId: account.id, generation: 0, rotatedMs: nowMs, expiresMs: nowMs + REFRESH_LIFETIME_MS };
    await store.sessions.add(session, { nowMs, maxPerAccount: MAX_SESSIONS });
    return session;
  }

  async #pair(account: Account, { id: sessionId, generation, expiresMs }: Session): Promise<TokenPair> {
    const { tokens } = this.#options;
    const { id: accountId, email } = account;
    const [refresh, access] = await Promise.all([
      tokens.refresh({ accountId, sessionId, generation }, expiresMs),
      tokens.access({ accountId, sessionId, email, fullName: fullName(account), operator: this.isOperator(email) }),
    ]);
    return { refresh, access };
  }

  async #live(sessionId: string, nowMs: number): Promise<Session | undefined> {
    const session = await this.#options.store.sessions.get(sessionId);
    return session !== undefined && session.expiresMs > nowMs ? session : undefined;
  }

  async #owner(session: Session): Promise<Account> {
    const account = await this.#options.store.accounts.get(session.accountId);
    if (account === undefined) throw invalidToken();
    return account;
  }
}

/** As others see it. */
export function fullName({ firstName, lastName }: Pick<Account, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`;
}

export function invalidToken(): ApiError {
  return new ApiError(401, 'invalid-token', 'This token is not valid, or no longer: sign in again.', { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } });
}

function emailTaken(): ApiError {
  return new ApiError(400, 'email-taken', 'There is an account with this e-mail already: sign in.');
}

function wrongCredentials(): ApiError {
  return new ApiError(401, 'wrong-credentials', 'E-mail or password is wrong.');
}
