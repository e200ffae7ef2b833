import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeKey, KeyNames, unescapeKey } from '../../../../../signaling/directory/redis/key-names.ts';

describe('A key', () => {
  it('brings any name and part back as they were', () => {
    const names = new KeyNames('sipcast:', 'name');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, part) => {
        expect(names.parse(names.of(key, part))).toEqual({ key, part });
      }),
    );
    expect(unescapeKey(escapeKey('\ud800:%0041*[\u0000'))).toBe('\ud800:%0041*[\u0000');
  });

  it('is readable where the name is plain', () => {
    expect(new KeyNames('sipcast:', 'name').of('Ana@home', 'sip:ana@10.0.0.1:5060')).toBe('sipcast:name:Ana@home:sip%003aana@10.0.0.1%003a5060');
  });

  it('of another kind, or of another daemon, is none', () => {
    const names = new KeyNames('sipcast:', 'subscription', '127.0.0.1:5060');
    expect(names.parse(new KeyNames('sipcast:', 'subscription', '127.0.0.1:50601').of('x'))).toBeUndefined();
    expect(names.parse(new KeyNames('sipcast:', 'session').of('x'))).toBeUndefined();
    expect(names.parse(names.of('x'))).toEqual({ key: 'x', part: '' });
  });
});
