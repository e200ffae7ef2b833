import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCESS_LIFETIME_MS, Tokens } from '../../../../front/accounts/tokens.ts';
import { claimsOf } from '../../../support/front/member.ts';

const NOW = 1_800_000_000_000;
const KEY = randomBytes(32);
const WHO = { accountId: 'ana', sessionId: 'her laptop' };
const CLAIMS = { ...WHO, email: 'ana@example.org', fullName: 'Ana Núñez', operator: false };

function setUp(key = KEY) {
  const time = { now: NOW };
  return { time, tokens: new Tokens(key, () => time.now) };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const good = { sub: 'ana', sid: 'her laptop', iss: 'sipcast', aud: 'access', exp: NOW / 1000 + 60 };

function signed(header: object, claims: object, key: Buffer = KEY): string {
  const head = `${encode(header)}.${encode(claims)}`;
  return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
}

describe('an access token', () => {
  it('says who it is for, in the names that the seeds have (seed 3.3)', async () => {
    const { tokens } = setUp();
    const token = await tokens.access(CLAIMS);
    expect(claimsOf(token)).toMatchObject({ sub: 'ana', email: 'ana@example.org', full_name: 'Ana Núñez', operator: false, exp: (NOW + ACCESS_LIFETIME_MS) / 1000 });
    expect(await tokens.readAccess(token)).toEqual(WHO);
  });

  it('holds for fifteen minutes (seed 3.4)', async () => {
    const { tokens, time } = setUp();
    const token = await tokens.access(CLAIMS);
    time.now += ACCESS_LIFETIME_MS - 1000;
    expect(await tokens.readAccess(token)).toEqual(WHO);
    time.now += 1000;
    expect(await tokens.readAccess(token)).toBeUndefined();
  });

  it('is no refresh token, nor the other way round (seed 3.20)', async () => {
    const { tokens } = setUp();
    expect(await tokens.readRefresh(await tokens.access(CLAIMS))).toBeUndefined();
    const refresh = await tokens.refresh({ ...WHO, generation: 3 }, NOW + 1000);
    expect(await tokens.readAccess(refresh)).toBeUndefined();
    expect(await tokens.readRefresh(refresh)).toEqual({ ...WHO, generation: 3 });
  });

  it('that this test signs itself is believed: what follows fails for the reason that it names', async () => {
    expect(await setUp().tokens.readAccess(signed({ alg: 'HS256' }, good))).toEqual(WHO);
  });

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsaHead = `${encode({ alg: 'RS256' })}.${encode(good)}`;
  const [head = '', body = '', mac = ''] = signed({ alg: 'HS256' }, good).split('.');
  it.each([
    ['without a signature (alg none)', `${encode({ alg: 'none' })}.${encode(good)}.`],
    ['alg None, in another case', `${encode({ alg: 'None' })}.${encode(good)}.`],
    ['alg none with a signature that would do', signed({ alg: 'none' }, good)],
    ['without an algorithm', signed({}, good)],
    ['signed with another server\'s key', signed({ alg: 'HS256' }, good, randomBytes(32))],
    ['signed with an empty key', signed({ alg: 'HS256' }, good, Buffer.alloc(0))],
    ['signed with a key pair of its own', `${rsaHead}.${sign('sha256', Buffer.from(rsaHead), privateKey).toString('base64url')}`],
    ['that brings its key along', signed({ alg: 'HS256', jwk: publicKey.export({ format: 'jwk' }) }, good, randomBytes(32))],
    ['that names a file as its key', signed({ alg: 'HS256', kid: '../../../../dev/null' }, good, Buffer.alloc(0))],
    ['of another length of HMAC', signed({ alg: 'HS512' }, good)],
    ['that has expired', signed({ alg: 'HS256' }, { ...good, exp: NOW / 1000 - 1 })],
    ['that never expires', signed({ alg: 'HS256' }, { ...good, exp: undefined })],
    ['that expires at no number', signed({ alg: 'HS256' }, { ...good, exp: 'never' })],
    ['of nobody', signed({ alg: 'HS256' }, { ...good, sub: undefined })],
    ['of a number', signed({ alg: 'HS256' }, { ...good, sub: 7 })],
    ['of another issuer', signed({ alg: 'HS256' }, { ...good, iss: 'somebody' })],
    ['for somebody else', signed({ alg: 'HS256' }, { ...good, aud: 'other' })],
    ['whose claims were changed', `${head}.${encode({ ...good, sub: 'eve' })}.${mac}`],
    ['cut off', `${head}.${body}`],
    ['with one more part', `${head}.${body}.${mac}.x`],
    ['that is empty', ''],
    ['of dots', '..'],
    ['that is no JSON', `${Buffer.from('x').toString('base64url')}.${body}.${mac}`],
    ['of 10 kB', signed({ alg: 'HS256' }, { ...good, filler: 'x'.repeat(10_240) })],
  ])('%s is not believed (seeds 3.13, 3.20)', async (_what, token) => {
    expect(await setUp().tokens.readAccess(token)).toBeUndefined();
  });
});
