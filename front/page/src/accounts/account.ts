/**
 * The account that one is signed in with, if any: its access token lives in memory and is renewed in time by the refresh
 * token, which is in a cookie that scripts cannot read (RFC 9700 §4.14: it is another one after each use).
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Access, Accounts, NewUser, User, UserChange } from '../connection/accounts.ts';
import { FailureError, failureOf } from '../connection/failure.ts';
import type { Timing } from '../connection/timing.ts';
import type { TextStore } from '../storage/local.ts';

/** A token is renewed when this share of its life is over. */
const RENEW_AT = 0.8;
/** After this long it is tried again, where front did not answer, ms. */
const RETRY_MS = 20_000;

export interface AccountOptions {
  readonly api: Pick<Accounts, 'create' | 'signIn' | 'refresh' | 'revoke' | 'user' | 'change'>;
  /** Remembers whose account it is: its identifier, or nothing. */
  readonly store: TextStore;
  readonly timing: Timing;
  /** Runs `action` while no other tab runs one: a refresh token that is used twice ends them all. */
  readonly alone: <T>(action: () => Promise<T>) => Promise<T>;
  /** The account was lost while it was in use: its tokens are void. */
  readonly onLost: () => void;
}

export class Account {
  readonly #options: AccountOptions;
  readonly #user = signal<User | undefined>(undefined);
  #token = '';
  /** On the page's clock, ms. */
  #renewAt = 0;
  #endsAt = 0;
  #refreshing: Promise<string> | undefined;
  #cancelTimer: () => void = () => undefined;
  /** Counts sign-ins and sign-outs: what was asked before one means nothing after it. */
  #turn = 0;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** Undefined for guests, and until a remembered account has been reached. */
  get user(): ReadonlySignal<User | undefined> {
    return this.#user;
  }

  /** Whether there is an account, be it not reached yet. */
  get remembered(): boolean {
    return this.#options.store.read() !== '';
  }

  /** @returns whose account it is @throws FailureError */
  async signIn(email: string, password: string): Promise<User> {
    return this.#enter(await this.#options.api.signIn(email, password));
  }

  /** Makes an account and signs in with it. @throws FailureError */
  async create(user: NewUser): Promise<User> {
    return this.#enter(await this.#options.api.create(user));
  }

  /**
   * @returns an access token; undefined for guests
   * @throws FailureError `invalid-token` when the account is signed out, which it is then here too
   */
  async bearer(): Promise<string | undefined> {
    if (!this.remembered) return undefined;
    const { timing } = this.#options;
    if (this.#token !== '' && timing.now() < this.#renewAt) return this.#token;
    try {
      return await this.#renew();
    } catch (error) {
      // front may just be away: the token is good until its end.
      if (this.#token !== '' && timing.now() < this.#endsAt) return this.#token;
      throw error;
    }
  }

  /**
   * Asks for something in the account's name; once more with a new token where the present one is refused.
   * @throws FailureError `invalid-token` when there is no account
   */
  async use<T>(action: (bearer: string) => Promise<T>): Promise<T> {
    const bearer = await this.bearer();
    if (bearer === undefined) throw new FailureError({ id: 'invalid-token' });
    try {
      return await action(bearer);
    } catch (error) {
      if (failureOf(error).id !== 'invalid-token') throw error;
      return action(await this.#renew());
    }
  }

  /** @throws FailureError */
  async change(change: UserChange): Promise<User> {
    const user = await this.use((bearer) => this.#options.api.change(bearer, change));
    this.#user.value = user;
    return user;
  }

  /** Signs out: here at once, and at front as soon as it hears of it. */
  async signOut(): Promise<void> {
    if (!this.remembered) return;
    this.forget();
    await this.#revoke(false).catch(() => undefined);
  }

  /** Signs out on every device. @throws FailureError when front did not hear of it; nothing has changed then */
  async signOutEverywhere(): Promise<void> {
    await this.#revoke(true);
    this.forget();
  }

  #revoke(everywhere: boolean): Promise<void> {
    return this.#options.alone(() => this.#options.api.revoke({ everywhere }));
  }

  /** Another tab has signed out. */
  forget(): void {
    this.#turn += 1;
    this.#token = '';
    this.#refreshing = undefined;
    this.#cancelTimer();
    this.#options.store.write('');
    this.#user.value = undefined;
  }

  async #enter(access: Access): Promise<User> {
    const user = await this.#options.api.user(access.token);
    this.#turn += 1;
    this.#keep(access);
    this.#options.store.write(user.id);
    this.#user.value = user;
    return user;
  }

  #renew(): Promise<string> {
    this.#refreshing ??= this.#refresh(this.#turn);
    return this.#refreshing;
  }

  async #refresh(turn: number): Promise<string> {
    try {
      const access = await this.#options.alone(() => this.#options.api.refresh());
      const user = this.#user.peek() ?? (await this.#options.api.user(access.token));
      if (turn !== this.#turn) throw new FailureError({ id: 'invalid-token' });
      this.#refreshing = undefined;
      this.#keep(access);
      this.#user.value = user;
      return access.token;
    } catch (error) {
      if (turn === this.#turn) this.#refused(error);
      throw error;
    }
  }

  #refused(error: unknown): void {
    this.#refreshing = undefined;
    if (failureOf(error).id === 'invalid-token') {
      const inUse = this.#user.peek() !== undefined;
      this.forget();
      if (inUse) this.#options.onLost();
    } else if (this.#user.peek()) {
      this.#renewAfter(RETRY_MS);
    }
  }

  #keep({ token, lifetimeMs }: Access): void {
    this.#token = token;
    const now = this.#options.timing.now();
    this.#renewAt = now + lifetimeMs * RENEW_AT;
    this.#endsAt = now + lifetimeMs;
    this.#renewAfter(lifetimeMs * RENEW_AT);
  }

  #renewAfter(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timing.after(ms, () => void this.#renew().catch(() => undefined));
  }
}

/** Browsers offer locks to pages over HTTPS and from localhost only; elsewhere two tabs may rarely meet. */
export async function aloneAmongTabs<T>(action: () => Promise<T>): Promise<T> {
  // The types know of no browser without it.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? locks.request('sipcast.account', action) : action();
}
