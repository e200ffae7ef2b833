import { describe, expect, it } from 'vitest';
import { linkWithin, type Click } from '../../../../../front/page/src/routing/link-within.ts';

const PLAIN = { defaultPrevented: false, button: 0, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

/** What was clicked: something inside of a link with these attributes. */
function inside(attributes: Readonly<Record<string, string>>): Click['target'] {
  const href = attributes['href'] ?? '';
  return {
    closest: (selector: string) =>
      selector === 'a[href^="#/"]' && href.startsWith('#/') ? { getAttribute: (name: string) => attributes[name] ?? null, hasAttribute: (name: string) => name in attributes } : null,
  };
}

describe('a click', () => {
  it('leads to where the link around it leads', () => {
    expect(linkWithin({ ...PLAIN, target: inside({ href: '#/watch/lighthouse' }) })).toBe('#/watch/lighthouse');
  });

  it.each([
    ['with Ctrl', { ctrlKey: true }],
    ['with Cmd', { metaKey: true }],
    ['with Shift', { shiftKey: true }],
    ['with Alt', { altKey: true }],
    ['of the middle button', { button: 1 }],
    ['that something else has taken', { defaultPrevented: true }],
  ])('%s leads nowhere in this page', (_, how) => {
    expect(linkWithin({ ...PLAIN, ...how, target: inside({ href: '#/watch/lighthouse' }) })).toBeUndefined();
  });

  it('leads nowhere by links to other windows, other sites, files, or places in the page', () => {
    const elsewhere: Readonly<Record<string, string>>[] = [{ href: '#/rooms', target: '_blank' }, { href: '#/rooms', download: '' }, { href: 'https://example.net/' }, { href: '#content' }];
    for (const attributes of elsewhere) {
      expect(linkWithin({ ...PLAIN, target: inside(attributes) })).toBeUndefined();
    }
    expect(linkWithin({ ...PLAIN, target: null })).toBeUndefined();
    expect(linkWithin({ ...PLAIN, target: {} })).toBeUndefined();
  });
});
