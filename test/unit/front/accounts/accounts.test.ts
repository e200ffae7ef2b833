import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { Accounts } from '../../../../front/accounts/accounts.ts';
import type { TokenPair } from '../../../../front/accounts/accounts.ts';
import { ACCESS_LIFETIME_MS, REFRESH_LIFETIME_MS, Tokens } from '../../../../front/accounts/tokens.ts';
import { Passwords } from '../../../../front/passwords/passwords.ts';
import { openSqliteStore } from '../../../../front/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../front/store/store.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { Logger } from '../../../../shared/log/logger.ts';
import { systemRandom } from '../../../../shared/sip/timing/random.ts';
import { CHEAP, claimsOf } from '../../../support/front/member.ts';
import { scratchFolder } from '../../../support/paths.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const SECONDS = 1000;
const ANA = { email: 'ana@example.org', first_name: 'Ana', last_name: 'Núñez', password: 'correct horse' };
const HERE = '10.0.0.1';

let folder: ReturnType<typeof scratchFolder>;
let store: Store;
let clock: VirtualClock;
let warnings: string[];
let accounts: Accounts;

beforeEach(() => {
  folder = scratchFolder('accounts');
  store = openSqliteStore(join(folder.path, 'front.db'));
  clock = new VirtualClock();
  warnings = [];
  const wallClock = () => 1_800_000_000_000 + clock.now();
  const log: Logger = { ...silentLogger, warn: (...args: unknown[]) => void warnings.push(JSON.stringify(args)) };
  accounts = new Accounts({
    store,
    passwords: new Passwords({ cost: CHEAP }),
    tokens: new Tokens(Buffer.alloc(32, 7), wallClock),
    operatorEmails: ['boss@example.org'],
    clock,
    wallClock,
    random: systemRandom,
    log,
  });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const signIn = (password = ANA.password, address = HERE) => accounts.signIn({ email: ANA.email, password }, address);

async function refusal(asked: Promise<unknown>): Promise<{ status: number; code: string }> {
  return asked.then(
    () => ({ status: 200, code: 'it was granted' }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, code: error.code };
    },
  );
}

const INVALID = { status: 401, code: 'invalid-token' };
const WRONG = { status: 401, code: 'wrong-credentials' };
const TOO_MANY = { status: 429, code: 'too-many-requests' };

describe('an account', () => {
  it('is made once for an e-mail, and signs in from then on (seeds 3.1, 3.3)', async () => {
    const { access } = await accounts.create(ANA);
    expect(claimsOf(access)).toMatchObject({ email: 'ana@example.org', full_name: 'Ana Núñez', operator: false });
    expect(await refusal(accounts.create({ ...ANA, first_name: 'Eve' }))).toEqual({ status: 400, code: 'email-taken' });
    const { account } = await accounts.authenticate((await signIn()).access);
    expect(account).toMatchObject({ firstName: 'Ana', email: 'ana@example.org' });
    expect(account.passwordHash).not.toContain(ANA.password);
  });

  it('is made once, also when many ask at the same moment (seed 3.1)', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(accounts.create(ANA))));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(outcomes.filter(({ code }) => code === 'email-taken')).toHaveLength(9);
  });

  it('of an operator says so, and only that one (seed 3.19)', async () => {
    const { access } = await accounts.create({ ...ANA, email: 'boss@example.org' });
    expect(claimsOf(access)['operator']).toBe(true);
    expect((await accounts.authenticate(access)).operator).toBe(true);
    expect((await accounts.authenticate((await accounts.create(ANA)).access)).operator).toBe(false);
  });
});

describe('signing in', () => {
  it('fails in the same words for a wrong password and an unknown e-mail (seeds 3.3, 3.20)', async () => {
    await accounts.create(ANA);
    const [wrong, unknown] = await Promise.all([
      accounts.signIn({ email: ANA.email, password: 'wrong' }, HERE).catch(String),
      accounts.signIn({ email: 'eve@example.org', password: 'wrong' }, HERE).catch(String),
    ]);
    expect(wrong).toBe(unknown);
    expect(await refusal(signIn('wrong'))).toEqual(WRONG);
  });

  it('is limited for each account, from wherever the guesses come, and also where there is none (seed 3.20)', async () => {
    await accounts.create(ANA);
    for (const email of [ANA.email, 'nobody@example.org']) {
      const guess = (index: number) => refusal(accounts.signIn({ email, password: 'wrong' }, `10.0.1.${index}`));
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => guess(index)));
      expect(outcomes.filter(({ code }) => code === WRONG.code)).toHaveLength(10);
      expect(outcomes.filter(({ code }) => code === TOO_MANY.code)).toHaveLength(10);
    }
    expect(await refusal(signIn(ANA.password, '10.0.2.1'))).toEqual(TOO_MANY);
    clock.tick(60 * SECONDS);
    expect(await refusal(signIn(ANA.password, '10.0.2.1'))).toMatchObject({ status: 200 });
  });

  it('is limited for each address, whichever accounts it tries (seed 3.20)', async () => {
    const outcomes = await Promise.all(Array.from({ length: 32 }, (_, index) => refusal(accounts.signIn({ email: `person${index}@example.org`, password: '12345678' }, HERE))));
    expect(outcomes.filter(({ code }) => code === WRONG.code)).toHaveLength(30);
    expect(await refusal(accounts.signIn({ email: 'other@example.org', password: '12345678' }, HERE))).toEqual(TOO_MANY);
    expect(await refusal(accounts.signIn({ email: 'other@example.org', password: '12345678' }, '10.0.9.9'))).toEqual(WRONG);
  });

  it('with the right password is never limited', async () => {
    await accounts.create(ANA);
    for (let index = 0; index < 40; index++) await signIn();
  });
});

describe('a refresh token', () => {
  it('gives a new pair, and holds for thirty days (seed 3.4)', async () => {
    const first = await accounts.create(ANA);
    clock.tick(REFRESH_LIFETIME_MS - SECONDS);
    const second = await accounts.refresh(first.refresh);
    expect(second.refresh).not.toBe(first.refresh);
    expect((await accounts.authenticate(second.access)).account.email).toBe(ANA.email);
    clock.tick(REFRESH_LIFETIME_MS);
    expect(await refusal(accounts.refresh(second.refresh))).toEqual(INVALID);
  });

  it('that is used again later ends the whole family (seed 3.20)', async () => {
    const stolen = await accounts.create(ANA);
    const elsewhere = await signIn();
    let latest: TokenPair = stolen;
    for (let index = 0; index < 3; index++) {
      clock.tick(60 * SECONDS);
      latest = await accounts.refresh(latest.refresh);
    }
    expect(await refusal(accounts.refresh(stolen.refresh))).toEqual(INVALID);
    expect(await refusal(accounts.refresh(latest.refresh))).toEqual(INVALID);
    expect(await refusal(accounts.authenticate(latest.access))).toEqual(INVALID);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('used twice');
    expect(await refusal(accounts.refresh(elsewhere.refresh))).toMatchObject({ status: 200 });
  });

  it('may be used by tabs that wake within ten seconds: all go on with the same one (seed 3.4)', async () => {
    const { refresh } = await accounts.create(ANA);
    clock.tick(ACCESS_LIFETIME_MS);
    const pairs = await Promise.all(Array.from({ length: 5 }, () => accounts.refresh(refresh)));
    clock.tick(10 * SECONDS);
    pairs.push(await accounts.refresh(refresh));
    expect(new Set(pairs.map((pair) => claimsOf(pair.refresh)['gen']))).toEqual(new Set([1]));
    expect((await accounts.authenticate(pairs[4]!.access)).account.email).toBe(ANA.email);
    clock.tick(60 * SECONDS);
    const next = await accounts.refresh(pairs[2]!.refresh);
    expect(claimsOf(next.refresh)['gen']).toBe(2);
    expect(warnings).toEqual([]);
  });

  it('is revoked when one signs out, with the access tokens that came of it (seed 3.20)', async () => {
    const { refresh, access } = await accounts.create(ANA);
    const elsewhere = await signIn();
    await accounts.revoke(refresh);
    await accounts.revoke(refresh);
    await accounts.revoke('nonsense');
    expect(await refusal(accounts.refresh(refresh))).toEqual(INVALID);
    expect(await refusal(accounts.authenticate(access))).toEqual(INVALID);
    expect(await refusal(accounts.verify(access))).toEqual(INVALID);
    await accounts.verify(elsewhere.access);
  });

  it('and an access token are verified, each while it holds (seed 3.4)', async () => {
    const { refresh, access } = await accounts.create(ANA);
    await accounts.verify(refresh);
    await accounts.verify(access);
    clock.tick(ACCESS_LIFETIME_MS);
    expect(await refusal(accounts.verify(access))).toEqual(INVALID);
    const { access: renewed } = await accounts.refresh(refresh);
    await accounts.verify(renewed);
    expect(await refusal(accounts.verify(refresh))).toEqual(INVALID);
    expect(await refusal(accounts.verify('nonsense'))).toEqual(INVALID);
  });

  it('is no access token (seed 3.13)', async () => {
    const { refresh, access } = await accounts.create(ANA);
    expect(await refusal(accounts.authenticate(refresh))).toEqual(INVALID);
    expect(await refusal(accounts.refresh(access))).toEqual(INVALID);
  });
});

describe('a profile', () => {
  it('takes new names', async () => {
    const asker = await accounts.authenticate((await accounts.create(ANA)).access);
    expect(await accounts.change(asker, { last_name: 'Ünal' })).toMatchObject({ firstName: 'Ana', lastName: 'Ünal' });
    expect(claimsOf((await signIn()).access)['full_name']).toBe('Ana Ünal');
  });

  it('takes a new password with the old one, which signs out everywhere else (seed 3.20)', async () => {
    const here = await accounts.create(ANA);
    const elsewhere = await signIn();
    const asker = await accounts.authenticate(here.access);
    expect(await refusal(accounts.change(asker, { password: 'wrong', new_password: 'battery staple' }))).toEqual(WRONG);
    await accounts.change(asker, { password: ANA.password, new_password: 'battery staple' });
    expect(await refusal(accounts.refresh(elsewhere.refresh))).toEqual(INVALID);
    expect(await refusal(accounts.authenticate(elsewhere.access))).toEqual(INVALID);
    await accounts.refresh(here.refresh);
    expect(await refusal(signIn())).toEqual(WRONG);
    await signIn('battery staple');
  });

  it('is no way to guess the password (seed 3.20)', async () => {
    const asker = await accounts.authenticate((await accounts.create(ANA)).access);
    const guesses = Array.from({ length: 20 }, () => refusal(accounts.change(asker, { password: 'wrong', new_password: 'battery staple' })));
    expect((await Promise.all(guesses)).filter(({ code }) => code === TOO_MANY.code)).toHaveLength(10);
  });
});
