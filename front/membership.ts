/** Accounts and rooms put together over the store that keeps them. */
import { Accounts } from './accounts/accounts.ts';
import { loadSigningKey, SigningKeyError } from './accounts/signing-key.ts';
import { Tokens } from './accounts/tokens.ts';
import type { SigningKey } from './accounts/tokens.ts';
import type { CompleteOptions } from './options.ts';
import { Passwords } from './passwords/passwords.ts';
import { Rooms } from './rooms/rooms.ts';
import { isPostgresUrl } from './store/postgres/database-url.ts';
import { openPostgresStore } from './store/postgres/postgres-store.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { StoreOpenError } from './store/store.ts';
import type { SharedStore, Store } from './store/store.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import type { Logger } from '../shared/log/logger.ts';

export interface Membership {
  readonly accounts: Accounts;
  readonly rooms: Rooms;
}

/** @param occupancy names of those inside a room */
export function createMembership(settings: CompleteOptions, occupancy: (id: string) => readonly string[]): Membership {
  const passwords = new Passwords(settings.passwordCost === undefined ? {} : { cost: settings.passwordCost });
  const tokens = new Tokens(settings.signingKey, settings.wallClock);
  return {
    accounts: new Accounts({ ...settings, passwords, tokens }),
    rooms: new Rooms({ ...settings, passwords, occupancy }),
  };
}

/** What keeps accounts and rooms, and what signs tokens. */
export interface Database {
  readonly store: Store;
  readonly signingKey: SigningKey;
  /** The store, where other machines use it too. */
  readonly shared?: SharedStore;
}

/** The key in a shared store that signs tokens. */
const TOKEN_KEY = 'tokens';

/**
 * The store in a file, with the key beside it; or that at a URL, with its keys in it.
 * @throws UsageError in words for whoever started the service
 */
export async function openDatabase(database: string, log: Logger): Promise<Database> {
  try {
    if (!isPostgresUrl(database)) return { store: openSqliteStore(database), signingKey: loadSigningKey(`${database}.key`) };
    const shared = await openPostgresStore(database, { log });
    return { store: shared, shared, signingKey: () => shared.keys.get(TOKEN_KEY) };
  } catch (error) {
    if (error instanceof StoreOpenError || error instanceof SigningKeyError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
