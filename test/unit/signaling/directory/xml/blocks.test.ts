import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockedSection } from '../../../../../signaling/directory/xml/blocks.ts';

describe('A section in blocks', () => {
  it('always holds the current text of every entry, once', () => {
    const key = fc.integer({ min: 0, max: 300 }).map(String);
    const step = fc.oneof(fc.record({ put: key, version: fc.nat(9) }), fc.record({ remove: key }), fc.constant({ read: true }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 800 }), (steps) => {
        const entries = new Map<string, string>();
        const section = new BlockedSection((each) => `${each}=${entries.get(each) ?? 'gone'};`);
        const read = (): string[] => Buffer.concat(section.bytes()).toString().split(';').filter(Boolean).sort();
        const check = (): void => expect(read()).toEqual([...entries].map(([each, version]) => `${each}=${version}`).sort());
        for (const each of steps) {
          if ('put' in each) {
            entries.set(each.put, String(each.version));
            section.changed(each.put);
          } else if ('remove' in each) {
            entries.delete(each.remove);
            section.removed(each.remove);
          } else {
            check();
          }
        }
        check();
      }),
    );
  });

  it('writes an entry’s text again only when it has changed', () => {
    let written = 0;
    const section = new BlockedSection((key) => {
      written++;
      return key;
    });
    for (let index = 0; index < 1000; index++) section.changed(String(index));
    section.bytes();
    section.changed('500');
    section.bytes();
    section.bytes();
    expect(written).toBe(1001);
  });

  it('gives the room of entries that left to new ones', () => {
    const section = new BlockedSection((key) => key);
    for (let round = 0; round < 100; round++) {
      for (let index = 0; index < 100; index++) section.changed(`${round} ${index}`);
      for (let index = 0; index < 99; index++) section.removed(`${round} ${index}`);
    }
    expect(section.bytes().length).toBeLessThan(10);
  });
});
