/** Who uses this page: the name that others see, and the account behind it where there is one; how both come and go together. */
import { Account, aloneAmongTabs } from '../accounts/account.ts';
import { Accounts } from '../connection/accounts.ts';
import type { Api } from '../connection/api.ts';
import type { HttpOptions } from '../connection/http.ts';
import type { Timing } from '../connection/timing.ts';
import { localStore } from '../storage/local.ts';
import { Session } from './session.ts';

export interface IdentityOptions {
  readonly http: HttpOptions;
  readonly api: Pick<Api, 'register' | 'rename'>;
  readonly timing: Timing;
  readonly random: () => number;
  /** The account was lost while it was in use; the name stays until the page is closed. */
  readonly onAccountLost: () => void;
  /** Somebody has signed out. */
  readonly onSignedOut: () => void;
}

const ACCOUNT_STORE = 'account';

export class Identity {
  readonly account: Account;
  readonly session: Session;
  readonly #onSignedOut: () => void;

  constructor({ http, api, timing, random, onAccountLost, onSignedOut }: IdentityOptions) {
    this.#onSignedOut = onSignedOut;
    this.account = new Account({ api: new Accounts(http), store: localStore(ACCOUNT_STORE), timing, alone: aloneAmongTabs, onLost: onAccountLost });
    this.session = new Session({
      register: async (name) => api.register(name, await this.account.bearer()),
      rename: (name, to) => api.rename(name, to),
      store: localStore('name'),
      timing,
      random,
    });
  }

  /** Comes in with a name alone; an account that was used here before is signed out. */
  async enterAsGuest(name: string): Promise<void> {
    await this.account.signOut();
    await this.session.signIn(name);
  }

  /** Signs out of the account, where there is one, and gives the name back. */
  signOut(): void {
    void this.account.signOut();
    this.#end();
  }

  /** Signs out on every device. @throws FailureError */
  async signOutEverywhere(): Promise<void> {
    await this.account.signOutEverywhere();
    this.#end();
  }

  /** Something was stored by another tab of this browser, whose cookie is this one's too: it has signed out, or in as somebody else. */
  storedElsewhere({ key, oldValue, newValue }: Pick<StorageEvent, 'key' | 'oldValue' | 'newValue'>): void {
    if (key !== `sipcast.${ACCOUNT_STORE}` || !oldValue) return;
    if (newValue) {
      location.reload();
      return;
    }
    this.account.forget();
    this.#end();
  }

  #end(): void {
    this.session.signOut();
    this.#onSignedOut();
  }
}
