import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../../../front/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../../../front/store/sqlite/sqlite-store.ts';
import type { NewRoom } from '../../../../front/store/store.ts';
import { PostgresServer } from '../../../support/engines/postgres.ts';
import { repository, scratchFolder } from '../../../support/paths.ts';
import { findCommand, lacks } from '../../../support/tools/system-tools.ts';
import { account } from '../../../unit/front/store/conformance.ts';

const guide = readFileSync(join(repository, 'docs/operations/postgres.md'), 'utf8');

/** The shell commands that the guide gives under a heading. */
function commandsUnder(heading: string): string {
  const [, commands] = new RegExp(`## ${heading}[^]*?\`\`\`sh\n([^]*?)\`\`\``).exec(guide) ?? [];
  if (commands === undefined) throw new Error(`the guide has no commands under ${heading}`);
  return commands;
}

const ANA = account('ana');
const HOSTILE = account('bo, "the" first\nof all');
const TEA: NewRoom = {
  id: 'tea', key: 'key', ownerId: ANA.id, title: 'Tea', description: '', visibility: 'public', admission: 'open', passwordHash: undefined, guestLimit: undefined, createdMs: 5,
};
const COFFEE: NewRoom = { ...TEA, id: 'coffee', title: 'Coffee, "é"', description: 'Two\nlines', passwordHash: 'hash', guestLimit: 4 };
const MANY = 100;

describe.skipIf(lacks('postgres') || findCommand(['sqlite3']) === undefined)('what the guide to PostgreSQL says of', () => {
  let server: PostgresServer;
  let folder: ReturnType<typeof scratchFolder>;
  beforeAll(async () => {
    folder = scratchFolder('postgres-guide');
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await server.remove();
    folder.remove();
  });

  const run = (commands: string, database: string) =>
    execFileSync('bash', ['-euc', commands], { cwd: folder.path, env: { ...process.env, SIPCAST_DATABASE: database }, encoding: 'utf8' });

  it('moving from SQLite brings accounts, sign-ins and rooms, in their order', async () => {
    const old = openSqliteStore(join(folder.path, 'data/front.db'));
    for (const each of [ANA, HOSTILE]) await old.accounts.add(each);
    const session = { id: 'one', accountId: ANA.id, generation: 3, rotatedMs: 5, expiresMs: 10 ** 13 };
    await old.sessions.add(session, { nowMs: 1, maxPerAccount: 5 });
    for (const room of [TEA, COFFEE]) await old.rooms.add(room, MANY);
    const rooms = await Promise.all([COFFEE, TEA].map(({ id }) => old.rooms.get(id)));
    await old.close();
    const database = await server.createDatabase();
    const store = await openPostgresStore(database);
    run(commandsUnder('From SQLite to PostgreSQL'), database);
    expect(await Promise.all([ANA, HOSTILE].map(({ email }) => store.accounts.byEmail(email)))).toEqual([ANA, HOSTILE]);
    expect(await store.sessions.get('one')).toEqual(session);
    expect(await store.rooms.list({ search: '', order: 'newest', first: [], accountId: undefined, everything: false, limit: MANY, offset: 0 })).toEqual(rooms);
    await store.close();
  });

  it('backup and restore brings back what was there, and the same keys', async () => {
    const database = await server.createDatabase();
    const [dump = '', , restore = ''] = commandsUnder('Backup and restore').split('\n');
    const store = await openPostgresStore(database);
    await store.accounts.add(ANA);
    const key = await store.keys.get('tokens');
    run(dump, database);
    await store.accounts.add(HOSTILE);
    await store.close();
    run(restore, database);
    const restored = await openPostgresStore(database);
    expect(await Promise.all([ANA, HOSTILE].map(({ id }) => restored.accounts.get(id)))).toEqual([ANA, undefined]);
    expect((await restored.keys.get('tokens')).equals(key)).toBe(true);
    await restored.close();
  });
});
