import { describe, expect, it } from 'vitest';
import { concealPassword } from '../../../../shared/cli/conceal-password.ts';

describe('a URL that is shown', () => {
  it.each([
    ['postgres://ana:secret@db/x', 'postgres://ana:***@db/x'],
    ['redis://:secret@db:6379/1', 'redis://:***@db:6379/1'],
    ['postgres://ana:se@cr/et@db/x', 'postgres://ana:***@db/x'],
    ['postgres://db/x?user=ana&password=secret&sslmode=require', 'postgres://db/x?user=ana&password=***&sslmode=require'],
    ['POSTGRES://ana:secret@db', 'POSTGRES://ana:***@db'],
  ])('has no password in it: %s', (url, shown) => {
    expect(concealPassword(url)).toBe(shown);
  });

  it.each(['data/front.db', 'postgres://ana@db/x', 'redis://db:6379/1', 'directory.xml', 'a:b@c'])('is as it was where there is none: %s', (text) => {
    expect(concealPassword(text)).toBe(text);
  });
});
