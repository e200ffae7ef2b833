import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CookieSigner, MAX_PROOFS, setCookieHeader } from '../../../../front/viewers/cookie.ts';

const signer = new CookieSigner(randomBytes(32));
const ana = { name: 'Ana Núñez', token: 'aaaa' };

function sent(value: string): string {
  return `other=1; sipcast=${value}; theme=dark`;
}

describe('the cookie that proves a name', () => {
  it('is read back as it was written', () => {
    expect(signer.read(sent(signer.sign([ana])))).toEqual([ana]);
  });

  it('holds a few names at once, the newest last, and drops the oldest', () => {
    const proofs = Array.from({ length: MAX_PROOFS + 1 }, (_, index) => ({ name: `viewer ${index}`, token: `t${index}` }));
    expect(signer.read(sent(signer.sign(proofs)))).toEqual(proofs.slice(1));
  });

  it('of another key proves nothing', () => {
    expect(signer.read(sent(new CookieSigner(randomBytes(32)).sign([ana])))).toEqual([]);
  });

  it('proves nothing once name, token or signature were changed', () => {
    const [name, token, mac] = signer.sign([ana]).split('.');
    const other = Buffer.from('Eve').toString('base64url');
    for (const value of [`${other}.${token}.${mac}`, `${name}.bbbb.${mac}`, `${name}.${token}.AAAA`, `${name}.${token}`, `${name}.${token}.${mac}x`]) {
      expect(signer.read(sent(value))).toEqual([]);
    }
  });

  it.each([undefined, '', 'sipcast', 'sipcast=', 'sipcast=...', 'sipcast=~~~~', `sipcast=${'a.b.c~'.repeat(1000)}`, `sipcast=${'x'.repeat(100_000)}`])(
    'is none in %.30s',
    (header) => {
      expect(signer.read(header)).toEqual([]);
    },
  );

  it('is hidden from scripts and from other sites', () => {
    expect(setCookieHeader('v', { secure: false })).toBe('sipcast=v; Path=/; HttpOnly; SameSite=Strict');
    expect(setCookieHeader('v', { secure: true })).toMatch(/; Secure$/);
  });
});
