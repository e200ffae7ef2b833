import { describe, expect, it } from 'vitest';
import { formatNameAddress, NameAddress, parseNameAddress } from '../../../../../shared/sip/message/address.ts';

describe('parseNameAddress', () => {
  it.each([
    ['sip:a@b', { displayName: undefined, uri: 'sip:a@b' }],
    ['<sip:a@b>', { displayName: undefined, uri: 'sip:a@b' }],
    ['"Mr. Watson" <sip:watson@bell.com>;q=0.7; expires=3600', { displayName: 'Mr. Watson', uri: 'sip:watson@bell.com', q: 0.7, expires: 3600 }],
    ['Bell Alexander <sip:a@b>', { displayName: 'Bell Alexander' }],
    ['caller<sip:caller@example.com>;tag=323', { displayName: 'caller', tag: '323' }],
    ['"" <sip:a@b>', { displayName: '' }],
    ['"a \\"q\\" \\\\"<sip:a@b>', { displayName: 'a "q" \\' }],
    ['"<sip:evil@x>" <sip:good@x>', { displayName: '<sip:evil@x>', uri: 'sip:good@x' }],
    ['Zoë ✓ <sip:z@x>', { displayName: 'Zoë ✓' }],
    ['sip:a@b;tag=1', { uri: 'sip:a@b', tag: '1' }],
    ['<sip:a@b;tag=inner?x=y,z>;tag=outer', { uri: 'sip:a@b;tag=inner?x=y,z', tag: 'outer' }],
    ['  sip:a@b  ;  tag  =  1  ', { uri: 'sip:a@b', tag: '1' }],
    ['<sip:a@b>;+sip.instance="<urn:uuid:1>";TAG=x', { tag: 'x' }],
    ['tel:+12;tag=1', { uri: 'tel:+12', tag: '1' }],
    ['<sip:a@b>;q=2', { q: 1 }],
    ['<sip:a@b>;expires=99999999999', { expires: 2 ** 32 - 1 }],
  ])('reads %s', (text, expected) => {
    expect(parseNameAddress(text)).toMatchObject(expected);
  });

  it.each([
    '', '<>', '<sip:a@b', '"open <sip:a@b>', '"name" sip:a@b', 'Bell, Alexander <sip:a@b>', 'sip:a@b?x=y', '<sip:a@b>;;tag=1', '<sip:a@b>;tag=', '<sip:a@b>;tag="x',
    '<sip:a@b>;tag=1;tag=2', '<sip:a@b> tag=1', '< sip:a@b>', '<sip:a@b >', 'plain', '<sip:a@b>;x=a b', '<sip:a@b>;=1',
  ])('refuses %j', (text) => {
    expect(() => parseNameAddress(text, 'To')).toThrow(expect.objectContaining({ name: 'SipSyntaxError', status: 400, header: 'To' }));
  });

  it('refuses a lifetime that is none', () => {
    expect(() => parseNameAddress('<sip:a@b>;expires=soon').expires).toThrow('number of seconds');
  });

  it.each(['<sip:a@b>', '"Zoë \\"Q\\"" <sip:a@b>;tag=1', '<sip:a@b;lr>;x="a b";y'])('writes %s again as it was', (text) => {
    expect(formatNameAddress(parseNameAddress(text))).toBe(text);
  });

  it('never lets a name break out of its line', () => {
    expect(formatNameAddress(new NameAddress('sip:a@b', undefined, 'a"\r\nVia: evil\\'))).toBe('"a\\" Via: evil\\\\" <sip:a@b>');
  });

  it('gives changed copies', () => {
    const address = parseNameAddress('"A" <sip:a@b>;tag=1');
    expect(address.withParameter('tag', '2').toString()).toBe('"A" <sip:a@b>;tag=2');
    expect(address.withoutParameter('tag').toString()).toBe('"A" <sip:a@b>');
    expect(address.tag).toBe('1');
  });
});
