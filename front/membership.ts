/** Accounts and rooms put together over the store that keeps them. */
import { Accounts } from './accounts/accounts.ts';
import { loadSigningKey, SigningKeyError } from './accounts/signing-key.ts';
import { Tokens } from './accounts/tokens.ts';
import type { CompleteOptions } from './options.ts';
import { Passwords } from './passwords/passwords.ts';
import { Rooms } from './rooms/rooms.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { StoreOpenError } from './store/store.ts';
import type { Store } from './store/store.ts';
import { UsageError } from '../shared/cli/usage-error.ts';

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

/** The store in `file`, and the key beside it that signs tokens. @throws UsageError in words for whoever started the service */
export function openDatabase(file: string): { store: Store; signingKey: Buffer } {
  try {
    return { store: openSqliteStore(file), signingKey: loadSigningKey(`${file}.key`) };
  } catch (error) {
    if (error instanceof StoreOpenError || error instanceof SigningKeyError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
