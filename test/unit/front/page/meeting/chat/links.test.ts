import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../../../../front/page/src/meeting/chat/links.ts';

const links = (text: string): string[] => partsOf(text).flatMap((part) => ('href' in part ? [part.href] : []));

describe('addresses in a text', () => {
  it('become links, without the sentence around them', () => {
    expect(partsOf('See https://example.org/a?b=c, please.')).toEqual([{ text: 'See ' }, { text: 'https://example.org/a?b=c', href: 'https://example.org/a?b=c' }, { text: ', please.' }]);
    expect(links('(http://example.org/)')).toEqual(['http://example.org/']);
    expect(links('https://en.wikipedia.org/wiki/SIP_(protocol)')).toEqual(['https://en.wikipedia.org/wiki/SIP_(protocol)']);
  });

  it('are http and https only', () => {
    for (const text of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'www.example.org', 'blob:https://x/y']) expect(links(text).filter((href) => !/^https?:/.test(href))).toEqual([]);
    expect(links('javascript:alert(1)')).toEqual([]);
  });

  it('are no links where they pretend to be another host', () => {
    expect(links('https://bank.example@evil.example/')).toEqual([]);
    expect(links('https://x:y@evil.example/')).toEqual([]);
  });

  it('end before a mark that turns the direction of writing', () => {
    expect(links('https://example.org/\u202Egpj.exe')).toEqual(['https://example.org/']);
  });

  it('leave the text as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('https://', 'http://a.b', ' ', '(', ')', '.', '<b>', '@')).map((parts) => parts.join(''))), (text) => {
        expect(partsOf(text).map((part) => part.text).join('')).toBe(text);
      }),
    );
  });
});
