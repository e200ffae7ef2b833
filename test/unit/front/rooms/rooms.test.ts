import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { Passwords } from '../../../../front/passwords/passwords.ts';
import { roomQuerySchema } from '../../../../front/rooms/requests.ts';
import { Rooms } from '../../../../front/rooms/rooms.ts';
import type { Entry, RoomEvent } from '../../../../front/rooms/rooms.ts';
import { openSqliteStore } from '../../../../front/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../front/store/store.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { systemRandom } from '../../../../shared/sip/timing/random.ts';
import { CHEAP } from '../../../support/front/member.ts';
import { scratchFolder } from '../../../support/paths.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { account } from '../store/conformance.ts';

const MINUTE_MS = 60_000;
const START = 1_800_000_000_000;
const ANA = { id: 'id of ana', operator: false };
const BO = { id: 'id of bo', operator: false };
const BOSS = { id: 'id of boss', operator: true };

let folder: ReturnType<typeof scratchFolder>;
let store: Store;
let clock: VirtualClock;
let inside: Record<string, string[]>;
let events: RoomEvent[];
let rooms: Rooms;

beforeEach(async () => {
  folder = scratchFolder('rooms');
  store = openSqliteStore(join(folder.path, 'front.db'));
  for (const name of ['ana', 'bo', 'boss']) await store.accounts.add(account(name));
  clock = new VirtualClock();
  inside = {};
  events = [];
  rooms = new Rooms({
    store,
    passwords: new Passwords({ cost: CHEAP }),
    occupancy: (id) => inside[id] ?? [],
    clock,
    wallClock: () => START + clock.now(),
    random: systemRandom,
    log: silentLogger,
  });
  rooms.onChanged((event) => events.push(event));
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

async function refusal(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'it was granted',
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return error.code;
    },
  );
}

const titles = async (query: Record<string, unknown> = {}, asker?: typeof ANA) => (await rooms.list(roomQuerySchema.parse(query), asker)).map(({ title }) => title);
const enter = (entry: Entry) => refusal(rooms.admit(entry));

describe('a room', () => {
  it('has an id and a key that nobody can guess, and that stay (seed 3.10)', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => rooms.create(ANA, { title: `room ${index}` })));
    for (const { id, key } of made) {
      expect(id).toMatch(/^[\w-]{22}$/);
      expect(key).toMatch(/^[\w-]{22}$/);
    }
    expect(new Set(made.flatMap(({ id, key }) => [id, key])).size).toBe(40);
    const [first] = made;
    const edited = await rooms.edit(first!.id, ANA, { title: 'Another', admission: 'invite-only' });
    expect(edited).toMatchObject({ id: first!.id, key: first!.key, title: 'Another' });
  });

  it('shows its key to the owner alone (seed 3.11)', async () => {
    const { id, key } = await rooms.create(ANA, { title: 'Tea' });
    expect(await rooms.view(id, ANA)).toMatchObject({ mine: true, key });
    for (const asker of [undefined, BO, BOSS]) {
      const view = await rooms.view(id, asker);
      expect(view.mine).toBe(false);
      expect(JSON.stringify(view)).not.toContain(key);
    }
  });

  it('says that it has a password, and never which (seed 2.3)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea', password: 'sugar & milk' });
    const stored = await store.rooms.get(id);
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$/);
    const view = await rooms.view(id, ANA);
    expect(view.has_password).toBe(true);
    expect(JSON.stringify(view)).not.toMatch(/sugar|argon2/);
    expect((await rooms.edit(id, ANA, { description: 'still locked' })).has_password).toBe(true);
    expect((await rooms.edit(id, ANA, { password: null })).has_password).toBe(false);
  });

  it('is edited by its owner only (seed 3.9)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea', guest_limit: 5 });
    for (const asker of [BO, BOSS]) expect(await refusal(rooms.edit(id, asker, { title: 'Mine' }))).toBe('not-yours');
    expect(await rooms.edit(id, ANA, { guest_limit: null })).toMatchObject({ title: 'Tea', guest_limit: null });
    expect(await refusal(rooms.edit('none', ANA, {}))).toBe('unknown-room');
  });

  it('is removed by its owner or an operator, and kept from others (seeds 3.8, 3.19)', async () => {
    const [tea, coffee] = [await rooms.create(ANA, { title: 'Tea' }), await rooms.create(ANA, { title: 'Coffee' })];
    expect(await refusal(rooms.remove(tea.id, BO))).toBe('not-yours');
    expect(await titles()).toEqual(['Coffee', 'Tea']);
    await rooms.remove(tea.id, ANA);
    await rooms.remove(coffee.id, BOSS);
    expect(await titles()).toEqual([]);
    expect(await refusal(rooms.remove(tea.id, ANA))).toBe('unknown-room');
    expect(await refusal(rooms.view(tea.id, ANA))).toBe('unknown-room');
  });

  it('is one of a hundred at most, whoever tries to make a thousand (seed 3.20)', async () => {
    const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, index) => refusal(rooms.create(ANA, { title: `room ${index}` }))));
    expect(outcomes.filter((outcome) => outcome === 'too-many-rooms')).toHaveLength(900);
    expect(await refusal(rooms.create(BO, { title: 'one more' }))).toBe('it was granted');
  });

  it('has a title that no other has (seed 2.1)', async () => {
    await rooms.create(ANA, { title: 'Tea' });
    const { id } = await rooms.create(ANA, { title: 'Coffee' });
    expect(await refusal(rooms.create(BO, { title: 'TEA' }))).toBe('title-taken');
    expect(await refusal(rooms.edit(id, ANA, { title: 'tea' }))).toBe('title-taken');
  });

  it('that changes is told of, once for each change (seed 3.19)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea' });
    await rooms.edit(id, ANA, { title: 'Coffee' });
    await refusal(rooms.edit(id, BO, { title: 'Mine' }));
    await rooms.remove(id, ANA);
    expect(events).toEqual([{ what: 'created', id }, { what: 'edited', id }, { what: 'deleted', id }]);
  });
});

describe('the list', () => {
  it('holds public rooms, for their owners private ones too, and for operators all (seed 2.2)', async () => {
    await rooms.create(ANA, { title: 'open' });
    const hidden = await rooms.create(ANA, { title: 'hidden', visibility: 'private' });
    expect(await titles()).toEqual(['open']);
    expect(await titles({}, BO)).toEqual(['open']);
    expect(await titles({}, ANA)).toEqual(['hidden', 'open']);
    expect(await titles({}, BOSS)).toEqual(['hidden', 'open']);
    expect((await rooms.view(hidden.id, undefined)).title).toBe('hidden');
  });

  it('by activity begins with rooms that somebody is in (seed 2.2)', async () => {
    const made = [];
    for (const title of ['long meeting', 'just left', 'never used']) made.push(await rooms.create(ANA, { title }));
    const [meeting, left] = made;
    inside[meeting!.id] = ['ana', 'bo'];
    rooms.touch(meeting!.id);
    clock.tick(60 * MINUTE_MS);
    rooms.touch(left!.id);
    expect(await titles({ order: 'active' })).toEqual(['long meeting', 'just left', 'never used']);
    expect(await rooms.view(meeting!.id, undefined)).toMatchObject({ members: ['ana', 'bo'], active: new Date(START + clock.now()).toISOString() });
    expect(await titles({ order: 'newest' })).toEqual(['never used', 'just left', 'long meeting']);
  });

  it('writes down that a room is in use once a minute at most', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea' });
    const written: number[] = [];
    const { touch } = store.rooms;
    store.rooms.touch = async (...args) => {
      written.push(args[1]);
      return touch.apply(store.rooms, args);
    };
    for (let second = 0; second < 150; second++) {
      rooms.touch(id);
      clock.tick(1000);
    }
    expect(written.map((at) => at - START)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS]);
    expect((await store.rooms.get(id))?.activeMs).toBe(START + 2 * MINUTE_MS);
  });
});

describe('whoever wants to enter', () => {
  it('enters an open room that there is (seed 2.5)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea', guest_limit: 3 });
    expect(await rooms.admit({ id })).toMatchObject({ id, title: 'Tea', guestLimit: 3 });
    expect(await enter({ id: 'none' })).toBe('unknown-room');
    expect(await enter({ id: "' OR ''='" })).toBe('unknown-room');
  });

  it('needs the key of a room for the invited, unless it is his (seed 3.10)', async () => {
    const { id, key } = await rooms.create(ANA, { title: 'Tea', admission: 'invite-only' });
    for (const wrong of [undefined, '', 'x', id, `${key} `, key!.toLowerCase()]) expect(await enter({ id, key: wrong, account: BO })).toBe('invite-only');
    expect(await enter({ id, key })).toBe('it was granted');
    expect(await enter({ id, account: ANA })).toBe('it was granted');
    expect(await enter({ id, account: BOSS })).toBe('invite-only');
  });

  it('needs the password, and the key opens no back door around it (seed 2.3)', async () => {
    const { id, key } = await rooms.create(ANA, { title: 'Tea', admission: 'invite-only', password: 'sugar' });
    expect(await enter({ id, key })).toBe('wrong-password');
    expect(await enter({ id, key, password: 'salt' })).toBe('wrong-password');
    expect(await enter({ id, password: 'sugar' })).toBe('invite-only');
    expect(await enter({ id, key, password: 'sugar' })).toBe('it was granted');
    expect(await enter({ id, account: ANA })).toBe('it was granted');
  });

  it('guesses five times, and then a few times a minute; nobody else is kept out (seed 3.20)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea', password: 'sugar' });
    const guess = (who: Partial<Entry>) => enter({ id, password: 'salt', ...who });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => guess({ address: '10.0.0.1' })));
    expect(outcomes.filter((outcome) => outcome === 'wrong-password')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'too-many-requests')).toHaveLength(15);
    expect(await enter({ id, password: 'sugar', address: '10.0.0.1' })).toBe('too-many-requests');
    expect(await enter({ id, password: 'sugar', address: '10.0.0.2' })).toBe('it was granted');
    expect(await guess({ address: '10.0.0.1', account: BO })).toBe('wrong-password');
    clock.tick(MINUTE_MS);
    expect(await enter({ id, password: 'sugar', address: '10.0.0.1' })).toBe('it was granted');
  });

  it('guesses no faster from many addresses (seed 3.20)', async () => {
    const { id } = await rooms.create(ANA, { title: 'Tea', password: 'sugar' });
    let wrong = 0;
    for (let index = 0; index < 150; index++) if ((await enter({ id, password: 'salt', address: `10.0.${index}.1` })) === 'wrong-password') wrong++;
    expect(wrong).toBe(100);
  });
});
