import { describe, expect, it } from 'vitest';
import { isPostgresUrl, parseDatabase } from '../../../../../front/store/postgres/database-url.ts';

describe('--database', () => {
  it.each(['data/front.db', './postgres.db', '/var/lib/sipcast/front.db', ':memory:'])('takes the file %s', (file) => {
    expect(parseDatabase(file)).toBe(file);
    expect(isPostgresUrl(file)).toBe(false);
  });

  it.each(['postgres://ana:secret@db.example/sipcast', 'postgresql://ana:p%40ss@[::1]:5433/sipcast?sslmode=require', 'postgres://db/sipcast'])('takes the URL %s', (url) => {
    expect(parseDatabase(url)).toBe(url);
    expect(isPostgresUrl(url)).toBe(true);
  });

  it.each([
    ['postgres://ana:secret@db.example', /the name of a database/],
    ['postgres://ana:se cret@db:port/x', /expected postgres:/],
    ['mysql://ana@db/x', /expected a file, or postgres:/],
    ['redis://db', /expected a file, or postgres:/],
    ['', /some text/],
  ])('refuses %s', (text, reason) => {
    expect(() => parseDatabase(text)).toThrow(reason);
  });
});
