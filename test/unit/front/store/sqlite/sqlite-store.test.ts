import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../../../front/store/sqlite/sqlite-store.ts';
import { StoreOpenError } from '../../../../../front/store/store.ts';
import { scratchFolder } from '../../../../support/paths.ts';
import { account, describeStore } from '../conformance.ts';

describeStore('SQLite', async () => {
  const folder = scratchFolder('store');
  return {
    open: async () => openSqliteStore(join(folder.path, 'deep', 'front.db')),
    remove: async () => folder.remove(),
  };
});

describe('a SQLite file', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let file: string;

  beforeEach(() => {
    folder = scratchFolder('store');
    file = join(folder.path, 'front.db');
  });
  afterEach(() => folder.remove());

  function refusal(path = file): string {
    try {
      openSqliteStore(path);
    } catch (error) {
      if (error instanceof StoreOpenError) return error.message;
      throw error;
    }
    throw new Error('it was opened');
  }

  it('is readable by its owner alone (seed 3.20)', async () => {
    const store = openSqliteStore(file);
    await store.accounts.add(account('ana'));
    for (const suffix of ['', '-wal']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('that holds something else is refused and left as it is (seed 2.22)', () => {
    writeFileSync(file, 'accounts, rooms and other things\n'.repeat(200));
    expect(refusal()).toMatch(/front\.db cannot be used: it is damaged, or no database/);
    expect(readFileSync(file, 'utf8')).toMatch(/^accounts, rooms/);
  });

  it('that is damaged within is refused (seed 2.22)', async () => {
    const store = openSqliteStore(file);
    for (let index = 0; index < 100; index++) await store.accounts.add(account(`person ${index} ${'x'.repeat(500)}`));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 8192, 16_384);
    writeFileSync(file, bytes);
    expect(refusal()).toMatch(/it is damaged/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('that was cut off is refused', async () => {
    const store = openSqliteStore(file);
    for (let index = 0; index < 100; index++) await store.accounts.add(account(`person ${index} ${'x'.repeat(500)}`));
    await store.close();
    truncateSync(file, 20_000);
    expect(refusal()).toMatch(/it is damaged/);
  });

  it('of a newer program is refused', async () => {
    await openSqliteStore(file).close();
    const database = new Libsql(file);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    expect(refusal()).toMatch(/a newer sipcast has written it/);
  });

  it('that cannot be there is refused in words', () => {
    writeFileSync(file, '');
    expect(refusal(join(file, 'below.db'))).toMatch(/what should be its folder is a file/);
    expect(refusal(folder.path)).toMatch(/it is no file/);
    expect(existsSync(join(folder.path, 'below.db'))).toBe(false);
  });

  it('is opened by two at once while it is new', () => {
    const [one, two] = [openSqliteStore(file), openSqliteStore(file)];
    return Promise.all([one.close(), two.close()]);
  });
});
