/**
 * What front keeps for good: accounts, who is signed in, and rooms. The one interface through which it is reached; every implementation passes the
 * conformance suite beside its tests. A change is durable when its promise resolves; reading sees every change made before, also by another front
 * on the same store. Rejections are faults of the store (a full disk, say), never of what is asked. No text holds U+0000.
 */

import type { SharedState } from '../cluster/shared-state.ts';

/** Somebody who can sign in. */
export interface Account {
  readonly id: string;
  /** In lower case; no two accounts have the same. */
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdMs: number;
}

/** One sign-in with all the refresh tokens that followed from it: the family that is revoked together. */
export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** Which refresh token of the family is the one to be used next, counted from 0. */
  readonly generation: number;
  /** When that one was given out. */
  readonly rotatedMs: number;
  readonly expiresMs: number;
}

export type Visibility = 'public' | 'private';
export type Admission = 'open' | 'invite-only';

/** What the owner of a room decides. */
export interface RoomRules {
  /** No two rooms have titles that differ only in case, see `fold`. */
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly admission: Admission;
  /** Undefined: no password is asked for. */
  readonly passwordHash: string | undefined;
  /** Undefined: any number. */
  readonly guestLimit: number | undefined;
}

export interface NewRoom extends RoomRules {
  readonly id: string;
  /** Admits to an invite-only room. */
  readonly key: string;
  readonly ownerId: string;
  readonly createdMs: number;
}

export interface Room extends NewRoom {
  readonly owner: Pick<Account, 'id' | 'firstName' | 'lastName'>;
  /** When somebody was last inside; at first, when it was made. */
  readonly activeMs: number;
}

export interface AccountTable {
  /** @returns false when the e-mail is taken; nothing has changed then */
  add(account: Account): Promise<boolean>;
  get(id: string): Promise<Account | undefined>;
  byEmail(email: string): Promise<Account | undefined>;
  /** @returns the account as it is now; undefined when there is none */
  change(id: string, changes: Partial<Pick<Account, 'firstName' | 'lastName' | 'passwordHash'>>): Promise<Account | undefined>;
}

export interface SessionTable {
  /** Adds a session; those that have expired at `nowMs` are removed, and so are the account's oldest beyond `maxPerAccount`. */
  add(session: Session, limits: { nowMs: number; maxPerAccount: number }): Promise<void>;
  get(id: string): Promise<Session | undefined>;
  /** Goes on to the next generation where the session is still at `generation`, and has not expired. @returns whether it was: of many who ask at once, one hears true */
  rotate(id: string, generation: number, times: { nowMs: number; expiresMs: number }): Promise<boolean>;
  /** A missing one is no error. */
  remove(id: string): Promise<void>;
  /** Removes every session of the account but `keptId`. */
  removeOthers(accountId: string, keptId: string): Promise<void>;
}

export interface RoomQuery {
  /** Rooms whose title holds this text, whatever the case; no character has a special meaning. */
  readonly search: string;
  /** By creation or by activity, the latest first; rooms of the same moment: those added later first. */
  readonly order: 'newest' | 'active';
  /** Ids of rooms that come before all others when the order is `active`. */
  readonly first: readonly string[];
  /** Public rooms, and those of this account. */
  readonly accountId: string | undefined;
  /** Private rooms of others, too. */
  readonly everything: boolean;
  readonly limit: number;
  readonly offset: number;
}

export interface RoomTable {
  /** Adds a room, unless its title is taken or its owner has `maxPerOwner` already. */
  add(room: NewRoom, maxPerOwner: number): Promise<'added' | 'title-taken' | 'too-many'>;
  get(id: string): Promise<Room | undefined>;
  list(query: RoomQuery): Promise<Room[]>;
  change(id: string, changes: Partial<RoomRules>): Promise<'changed' | 'title-taken' | 'unknown'>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
  /** Somebody is inside; a missing room is no error. */
  touch(id: string, activeMs: number): Promise<void>;
}

export interface Store {
  readonly accounts: AccountTable;
  readonly sessions: SessionTable;
  readonly rooms: RoomTable;
  /** Lets go; whatever is asked later is rejected with StoreClosedError. May be called more than once. */
  close(): Promise<void>;
}

/** Secrets that all fronts on one store share, so that each believes what another has signed. */
export interface KeyTable {
  /** The key for `purpose`: 32 random bytes, made by whoever asks first, and the same for everybody from then on. */
  get(purpose: string): Promise<Buffer>;
}

/** What fronts on one store have in common, besides accounts and rooms. */
export interface SharedPart {
  readonly keys: KeyTable;
  readonly fronts: SharedState;
  /** Whether it can be read and changed now. */
  readonly available: boolean;
  /** Calls `listener` each time it can be, after it could not. */
  onAvailable(listener: () => void): void;
}

/** A store that several machines use: it can be away while front goes on, and what is asked of it then is rejected with StoreUnavailableError, at once or within seconds. */
export interface SharedStore extends Store, SharedPart {}

/** The store cannot be opened, and trying again without help is of no use; its text says what to do. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
}

/** The store does not answer, or takes no changes, at the moment: it may all the same have done what it was last asked for. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The store was closed before: whoever asks came too late. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
}
