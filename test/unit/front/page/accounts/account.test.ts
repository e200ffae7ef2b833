import { describe, expect, it } from 'vitest';
import { Account } from '../../../../../front/page/src/accounts/account.ts';
import type { AccountOptions } from '../../../../../front/page/src/accounts/account.ts';
import type { Access, User } from '../../../../../front/page/src/connection/accounts.ts';
import { FailureError, failureOf, type FailureId } from '../../../../../front/page/src/connection/failure.ts';
import { ManualTiming, settled } from '../support.ts';

const MINUTE_MS = 60_000;
const ANA: User = { id: 'u1', email: 'ana@example.org', firstName: 'Ana', lastName: 'Boes', fullName: 'Ana Boes', operator: false };

/** An account whose front is the test: tokens are numbered. */
function account(stored = '') {
  const timing = new ManualTiming();
  const front = { tokens: 0, refreshes: 0, revoked: 0, failure: undefined as FailureId | undefined };
  const give = async (): Promise<Access> => {
    if (front.failure) throw new FailureError({ id: front.failure });
    return { token: `t${(front.tokens += 1)}`, lifetimeMs: 15 * MINUTE_MS };
  };
  const api: AccountOptions['api'] = {
    create: give,
    signIn: give,
    refresh: () => {
      front.refreshes += 1;
      return give();
    },
    revoke: async ({ everywhere }) => {
      if (front.failure) throw new FailureError({ id: front.failure });
      front.revoked += everywhere ? 10 : 1;
    },
    user: async () => ANA,
    change: async (_bearer, change) => ('firstName' in change ? { ...ANA, ...change, fullName: `${change.firstName} ${change.lastName}` } : ANA),
  };
  let value = stored;
  let lost = 0;
  const made = new Account({ api, store: { read: () => value, write: (text) => void (value = text) }, timing, alone: (action) => action(), onLost: () => void (lost += 1) });
  return { made, timing, front, stored: () => value, lost: () => lost };
}

const idOf = (promise: Promise<unknown>): Promise<FailureId> =>
  promise.then(() => { throw new Error('it did not fail'); }, (error: unknown) => failureOf(error).id);

describe('an account', () => {
  it('is signed in with, and remembered', async () => {
    const { made, stored } = account();
    expect(await made.signIn('ana@example.org', 'correct horse')).toEqual(ANA);
    expect(made.user.value).toEqual(ANA);
    expect(stored()).toBe('u1');
    expect(await made.bearer()).toBe('t1');
  });

  it('is not there for guests, who are not asked about it', async () => {
    const { made, front } = account();
    expect(await made.bearer()).toBeUndefined();
    expect(front.refreshes).toBe(0);
  });

  it('comes back after a reload by the refresh token, asked for once however many wait', async () => {
    const { made, front } = account('u1');
    expect(await Promise.all([made.bearer(), made.bearer(), made.bearer()])).toEqual(['t1', 't1', 't1']);
    expect(front.refreshes).toBe(1);
    expect(made.user.value).toEqual(ANA);
  });

  it('gets a new access token before the present one ends', async () => {
    const { made, timing, front } = account();
    await made.signIn('', '');
    await timing.pass(11 * MINUTE_MS);
    expect(front.refreshes).toBe(0);
    await timing.pass(1 * MINUTE_MS);
    expect(front.refreshes).toBe(1);
    expect(await made.bearer()).toBe('t2');
    await timing.pass(60 * MINUTE_MS);
    expect(front.refreshes).toBe(6);
  });

  it('goes on with its token while front is away, as long as that is good', async () => {
    const { made, timing, front } = account();
    await made.signIn('', '');
    front.failure = 'service-away';
    await timing.pass(13 * MINUTE_MS);
    expect(await made.bearer()).toBe('t1');
    await timing.pass(3 * MINUTE_MS);
    expect(await idOf(made.bearer())).toBe('service-away');
    front.failure = undefined;
    expect(await made.bearer()).toBe('t2');
  });

  it('asks once more where its token is refused', async () => {
    const { made } = account();
    await made.signIn('', '');
    const seen: string[] = [];
    const answer = await made.use(async (bearer) => {
      seen.push(bearer);
      if (bearer === 't1') throw new FailureError({ id: 'invalid-token' });
      return 'done';
    });
    expect([answer, seen]).toEqual(['done', ['t1', 't2']]);
  });

  it('is lost when its refresh token is void, and says so to who uses it (seed 3.13)', async () => {
    const { made, front, timing, lost, stored } = account();
    await made.signIn('', '');
    front.failure = 'invalid-token';
    await timing.pass(12 * MINUTE_MS);
    expect([made.user.value, stored(), lost()]).toEqual([undefined, '', 1]);
    expect(await idOf(made.use(async () => undefined))).toBe('invalid-token');
    expect(timing.due).toEqual([]);
  });

  it('is gone without a word where it was only remembered', async () => {
    const { made, front, lost } = account('u1');
    front.failure = 'invalid-token';
    expect(await idOf(made.bearer())).toBe('invalid-token');
    expect(lost()).toBe(0);
    expect(made.remembered).toBe(false);
  });

  it('is signed out here and at front', async () => {
    const { made, front, timing, stored } = account();
    await made.signIn('', '');
    await made.signOut();
    expect([made.user.value, stored(), front.revoked, timing.due]).toEqual([undefined, '', 1, []]);
  });

  it('is signed out everywhere, or not at all', async () => {
    const { made, front, stored } = account();
    await made.signIn('', '');
    front.failure = 'service-away';
    expect(await idOf(made.signOutEverywhere())).toBe('service-away');
    expect(stored()).toBe('u1');
    front.failure = undefined;
    await made.signOutEverywhere();
    expect([made.user.value, stored(), front.revoked]).toEqual([undefined, '', 10]);
  });

  it('is not signed in again by an answer that comes after signing out', async () => {
    const { made } = account('u1');
    const waiting = made.bearer();
    await made.signOut();
    expect(await idOf(waiting)).toBe('invalid-token');
    await settled();
    expect(made.user.value).toBeUndefined();
  });

  it('goes by another name', async () => {
    const { made } = account();
    await made.signIn('', '');
    await made.change({ firstName: 'Anna', lastName: 'Boes' });
    expect(made.user.value?.fullName).toBe('Anna Boes');
  });
});
