import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../../shared/sip/message/headers.ts';
import { nameKey, registeredName } from '../../../../../shared/sip/message/header-names.ts';

describe('Headers', () => {
  const lines: [string, string][] = [['Via', 'a'], ['v', 'b, c'], ['X-Other', '1'], ['x-OTHER', '2'], ['m', '"x, y" <sip:a@b,c>, <sip:d@e>']];

  it('finds names in any case and in their compact forms', () => {
    const headers = new Headers(lines);
    expect(headers.get('VIA')).toBe('a');
    expect(headers.all('via')).toEqual(['a', 'b, c']);
    expect(headers.values('v')).toEqual(['a', 'b', 'c']);
    expect(headers.all('X-other')).toEqual(['1', '2']);
    expect(headers.values('Contact')).toEqual(['"x, y" <sip:a@b,c>', '<sip:d@e>']);
    expect(headers.has('to')).toBe(false);
    expect(headers.get('to')).toBeUndefined();
    expect([...headers.entries()].map(([name]) => name)).toEqual(['Via', 'Via', 'X-Other', 'x-OTHER', 'Contact']);
  });

  it('sets in place of all lines of a name', () => {
    const headers = new Headers(lines);
    headers.set('VIA', 'z');
    headers.set('To', 'new');
    expect([...headers.entries()].slice(0, 2)).toEqual([['Via', 'z'], ['X-Other', '1']]);
    expect(headers.size).toBe(5);
    expect([...headers.entries()].at(-1)).toEqual(['To', 'new']);
  });

  it('prepends above its own name, or at the top', () => {
    const headers = new Headers([['From', 'f'], ['Via', 'a']]);
    headers.prepend('Via', 'b');
    headers.prepend('Record-Route', 'r');
    expect([...headers.entries()].map(([name, value]) => name + value)).toEqual(['Record-Router', 'Fromf', 'Viab', 'Viaa']);
  });

  it('takes off, and replaces, the first value of a list', () => {
    const headers = new Headers([['Route', '<sip:a,1> , <sip:b>'], ['Route', '<sip:c>']]);
    expect(headers.removeFirstValue('route')).toBe('<sip:a,1>');
    expect(headers.all('Route')).toEqual(['<sip:b>', '<sip:c>']);
    expect(headers.replaceFirstValue('route', '<sip:x>')).toBe('<sip:b>');
    expect(headers.removeFirstValue('route')).toBe('<sip:x>');
    expect(headers.removeFirstValue('route')).toBe('<sip:c>');
    expect(headers.removeFirstValue('route')).toBeUndefined();
    expect(headers.replaceFirstValue('route', 'x')).toBeUndefined();
    expect(headers.has('Route')).toBe(false);
  });

  it('deletes and clones independently', () => {
    const headers = new Headers(lines);
    const copy = headers.clone();
    copy.delete('v');
    copy.append('Subject', 's');
    expect(headers.all('Via')).toHaveLength(2);
    expect(copy.has('Via')).toBe(false);
    expect(headers.has('Subject')).toBe(false);
  });

  it('holds no line breaks and no impossible names', () => {
    const headers = new Headers();
    for (const value of ['a\r\nb', 'a\nb', 'a\rb']) expect(() => headers.set('Subject', value)).toThrow(TypeError);
    for (const name of ['', 'a b', 'a:b', 'é', 'a\n']) expect(() => headers.append(name, 'x')).toThrow(TypeError);
  });
});

describe('header names', () => {
  it('knows each compact form that is registered', () => {
    const forms = { a: 'Accept-Contact', u: 'Allow-Events', i: 'Call-ID', m: 'Contact', e: 'Content-Encoding', l: 'Content-Length', c: 'Content-Type', o: 'Event', f: 'From', y: 'Identity', n: 'Identity-Info', r: 'Refer-To', b: 'Referred-By', j: 'Reject-Contact', d: 'Request-Disposition', x: 'Session-Expires', s: 'Subject', k: 'Supported', t: 'To', v: 'Via' };
    for (const [compact, name] of Object.entries(forms)) {
      expect(registeredName(compact)).toBe(name);
      expect(registeredName(compact.toUpperCase())).toBe(name);
    }
  });

  it('keeps strangers apart from each other and from objects’ own names', () => {
    expect(nameKey('X-Foo')).toBe('x-foo');
    expect(nameKey('constructor')).toBe('constructor');
    expect(registeredName('__proto__')).toBeUndefined();
    expect(nameKey('cAlL-iD')).toBe('Call-ID');
  });
});
