/** What every implementation of the store must do. An implementation's own test file calls this with a way to open it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account, NewRoom, RoomQuery, Session, Store } from '../../../../front/store/store.ts';

/** One durable store, at first empty. */
export interface StoreFixture {
  /** Opens the store; what an earlier one acknowledged is there, also when that one was never closed. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const NOW = 1_800_000_000_000;

export function account(name: string): Account {
  return { id: `id of ${name}`, email: `${name}@example.org`, firstName: name, lastName: 'Núñez', passwordHash: `hash of ${name}`, createdMs: NOW };
}

function session(id: string, owner: string, at = NOW): Session {
  return { id, accountId: `id of ${owner}`, generation: 0, rotatedMs: at, expiresMs: at + 1000 };
}

function room(title: string, more: Partial<NewRoom> = {}): NewRoom {
  return {
    id: `id of ${title}`,
    key: `key of ${title}`,
    ownerId: 'id of ana',
    title,
    description: 'Two\nlines',
    visibility: 'public',
    admission: 'open',
    passwordHash: undefined,
    guestLimit: undefined,
    createdMs: NOW,
    ...more,
  };
}

const ALL: RoomQuery = { search: '', order: 'newest', first: [], accountId: undefined, everything: false, limit: 100, offset: 0 };
const MANY = 100;

export function describeStore(name: string, makeFixture: () => Promise<StoreFixture>): void {
  describe(`${name} as a store`, () => {
    let fixture: StoreFixture;
    let store: Store;

    beforeEach(async () => {
      fixture = await makeFixture();
      store = await fixture.open();
      await store.accounts.add(account('ana'));
      await store.accounts.add(account('bo'));
    });
    afterEach(async () => {
      await store.close();
      await fixture.remove();
    });

    const titles = async (query: Partial<RoomQuery> = {}) => (await store.rooms.list({ ...ALL, ...query })).map(({ title }) => title);

    describe('accounts', () => {
      it('are found by id and by e-mail', async () => {
        expect(await store.accounts.get('id of ana')).toEqual(account('ana'));
        expect(await store.accounts.byEmail('ana@example.org')).toEqual(account('ana'));
        expect(await store.accounts.byEmail('eve@example.org')).toBeUndefined();
        expect(await store.accounts.get('ana@example.org')).toBeUndefined();
      });

      it('have an e-mail that no other has, also when many ask at once (seed 3.1)', async () => {
        const rivals = Array.from({ length: 10 }, (_, index) => ({ ...account('eve'), id: `eve ${index}` }));
        const added = await Promise.all(rivals.map((rival) => store.accounts.add(rival)));
        expect(added.filter(Boolean)).toHaveLength(1);
        expect(await store.accounts.add({ ...account('ana'), id: 'other' })).toBe(false);
        expect(await store.accounts.byEmail('ana@example.org')).toEqual(account('ana'));
      });

      it('change in part', async () => {
        expect(await store.accounts.change('id of ana', { lastName: 'Ünal' })).toEqual({ ...account('ana'), lastName: 'Ünal' });
        await store.accounts.change('id of ana', { firstName: 'Anna', passwordHash: 'another' });
        expect(await store.accounts.get('id of ana')).toEqual({ ...account('ana'), firstName: 'Anna', lastName: 'Ünal', passwordHash: 'another' });
        expect(await store.accounts.get('id of bo')).toEqual(account('bo'));
        expect(await store.accounts.change('id of nobody', { firstName: 'x' })).toBeUndefined();
      });

      it('may hold whatever text there is (seed 3.20)', async () => {
        for (const text of ["'; DROP TABLE accounts; --", '"', '%_\\', '\u0001x', '😀', '<b>', '\u202E', ':id ? @x $y']) {
          const hostile = { ...account('eve'), id: `id ${text}`, email: `${text}@x`, firstName: text, lastName: text };
          expect(await store.accounts.add(hostile)).toBe(true);
          expect(await store.accounts.byEmail(`${text}@x`)).toEqual(hostile);
        }
        expect(await store.accounts.get('id of ana')).toEqual(account('ana'));
      });
    });

    it('finds nothing by a text with U+0000, which is never kept', async () => {
      await store.rooms.add(room('Tea'), MANY);
      expect(await store.accounts.get('id of ana\0')).toBeUndefined();
      expect(await store.accounts.byEmail('\0')).toBeUndefined();
      expect(await store.sessions.get('\0')).toBeUndefined();
      expect(await store.rooms.get('id of Tea\0x')).toBeUndefined();
      expect(await titles({ search: 'tea\0' })).toEqual([]);
      expect(await titles({ order: 'active', first: ['\0'] })).toEqual(['Tea']);
    });

    describe('sessions', () => {
      const limits = { nowMs: NOW, maxPerAccount: 3 };

      it('are kept, and removed alone or with all others of the account', async () => {
        for (const id of ['one', 'two', 'three']) await store.sessions.add(session(id, 'ana'), limits);
        await store.sessions.add(session('his', 'bo'), limits);
        expect(await store.sessions.get('two')).toEqual(session('two', 'ana'));
        await store.sessions.remove('one');
        await store.sessions.remove('one');
        await store.sessions.removeOthers('id of ana', 'two');
        const left = await Promise.all(['one', 'two', 'three', 'his'].map((id) => store.sessions.get(id)));
        expect(left.map((found) => found?.id)).toEqual([undefined, 'two', undefined, 'his']);
      });

      it('rotate once for each generation, however many ask (seed 3.4)', async () => {
        await store.sessions.add(session('one', 'ana'), limits);
        const times = { nowMs: NOW + 5, expiresMs: NOW + 5000 };
        const rotated = await Promise.all(Array.from({ length: 10 }, () => store.sessions.rotate('one', 0, times)));
        expect(rotated.filter(Boolean)).toHaveLength(1);
        expect(await store.sessions.get('one')).toEqual({ ...session('one', 'ana'), generation: 1, rotatedMs: NOW + 5, expiresMs: NOW + 5000 });
        expect(await store.sessions.rotate('one', 0, times)).toBe(false);
        expect(await store.sessions.rotate('none', 0, times)).toBe(false);
      });

      it('do not rotate after they have expired', async () => {
        await store.sessions.add(session('one', 'ana'), limits);
        expect(await store.sessions.rotate('one', 0, { nowMs: NOW + 1000, expiresMs: NOW + 5000 })).toBe(false);
      });

      it('make room for new ones: the expired and the oldest go', async () => {
        for (let index = 0; index < 5; index++) await store.sessions.add(session(`ana ${index}`, 'ana', NOW + index), limits);
        await store.sessions.add(session('bo', 'bo', NOW + 500), { nowMs: NOW + 500, maxPerAccount: 3 });
        const names = async () =>
          (await Promise.all(['ana 0', 'ana 1', 'ana 2', 'ana 3', 'ana 4', 'bo'].map((id) => store.sessions.get(id)))).map((found) => found?.id).filter(Boolean);
        expect(await names()).toEqual(['ana 2', 'ana 3', 'ana 4', 'bo']);
        await store.sessions.add(session('later', 'bo', NOW + 1003), { nowMs: NOW + 1003, maxPerAccount: 3 });
        expect(await names()).toEqual(['ana 4', 'bo']);
      });
    });

    describe('rooms', () => {
      it('are kept with all that was said of them, and their owner\'s name (seed 3.7)', async () => {
        const tea = room('Tea', { visibility: 'private', admission: 'invite-only', passwordHash: 'hash', guestLimit: 5 });
        expect(await store.rooms.add(tea, MANY)).toBe('added');
        expect(await store.rooms.get(tea.id)).toEqual({ ...tea, owner: { id: 'id of ana', firstName: 'ana', lastName: 'Núñez' }, activeMs: NOW });
        expect(await store.rooms.get('none')).toBeUndefined();
      });

      it('have titles that differ in more than case, in every script (seed 2.1)', async () => {
        await store.rooms.add(room('ÄRGER in der Straße, Σίσυφος'), MANY);
        expect(await store.rooms.add(room('ärger IN DER STRASSE, ΣΊΣΥΦΟΣ', { id: 'other' }), MANY)).toBe('title-taken');
        expect(await store.rooms.get('other')).toBeUndefined();
        await store.rooms.add(room('Tea'), MANY);
        expect(await store.rooms.change('id of Tea', { title: 'Ärger in der straße, σίσυφοσ', description: 'lost' })).toBe('title-taken');
        expect(await store.rooms.get('id of Tea')).toMatchObject({ title: 'Tea', description: 'Two\nlines' });
        expect(await store.rooms.change('id of Tea', { title: 'TEA' })).toBe('changed');
      });

      it('are as many as the owner may have, also when many ask at once (seed 3.20)', async () => {
        const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => store.rooms.add(room(`room ${index}`), 3)));
        expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(3);
        expect(outcomes.filter((outcome) => outcome === 'too-many')).toHaveLength(7);
        expect(await store.rooms.add(room('his', { ownerId: 'id of bo' }), 3)).toBe('added');
      });

      it('change in part, and lose password and limit when told so', async () => {
        await store.rooms.add(room('Tea', { passwordHash: 'hash', guestLimit: 5 }), MANY);
        expect(await store.rooms.change('id of Tea', { description: 'New' })).toBe('changed');
        expect(await store.rooms.get('id of Tea')).toMatchObject({ description: 'New', passwordHash: 'hash', guestLimit: 5, key: 'key of Tea' });
        expect(await store.rooms.change('id of Tea', { passwordHash: undefined, guestLimit: undefined })).toBe('changed');
        expect(await store.rooms.get('id of Tea')).toMatchObject({ description: 'New', passwordHash: undefined, guestLimit: undefined });
        expect(await store.rooms.change('none', { description: 'x' })).toBe('unknown');
      });

      it('are removed once', async () => {
        await store.rooms.add(room('Tea'), MANY);
        expect([await store.rooms.remove('id of Tea'), await store.rooms.remove('id of Tea')]).toEqual([true, false]);
        expect(await titles()).toEqual([]);
      });

      it('are listed the newest first, page by page (seed 3.5)', async () => {
        await store.rooms.add(room('a'), MANY);
        await store.rooms.add(room('c', { createdMs: NOW + 2 }), MANY);
        await store.rooms.add(room('b', { createdMs: NOW + 1 }), MANY);
        await store.rooms.add(room('also b', { createdMs: NOW + 1 }), MANY);
        expect(await titles()).toEqual(['c', 'also b', 'b', 'a']);
        expect(await titles({ limit: 2, offset: 1 })).toEqual(['also b', 'b']);
      });

      it('are listed the most recently active first, after those with somebody inside (seed 2.2)', async () => {
        for (const title of ['a', 'b', 'c', 'd']) await store.rooms.add(room(title), MANY);
        await store.rooms.touch('id of b', NOW + 10);
        await store.rooms.touch('id of b', NOW + 5);
        await store.rooms.touch('id of a', NOW + 7);
        await store.rooms.touch('none', NOW);
        expect(await titles({ order: 'active' })).toEqual(['b', 'a', 'd', 'c']);
        expect(await titles({ order: 'active', first: ['id of c', 'none', "'"] })).toEqual(['c', 'b', 'a', 'd']);
        expect((await store.rooms.get('id of b'))?.activeMs).toBe(NOW + 10);
      });

      it('are listed to those who may see them (seed 2.2)', async () => {
        await store.rooms.add(room('open'), MANY);
        await store.rooms.add(room('hidden', { visibility: 'private' }), MANY);
        await store.rooms.add(room('his', { visibility: 'private', ownerId: 'id of bo' }), MANY);
        expect(await titles()).toEqual(['open']);
        expect(await titles({ accountId: 'id of bo' })).toEqual(['his', 'open']);
        expect(await titles({ everything: true })).toEqual(['his', 'hidden', 'open']);
      });

      it('are found by a part of the title whatever the case, with no character that means another (seed 3.6)', async () => {
        for (const title of ['ÉCOLE 100%', 'École_x', 'Straße', 'plain', 'Ωmega', 'back\\slash']) await store.rooms.add(room(title), MANY);
        const found = async (search: string) => (await titles({ search })).sort();
        expect(await found('école')).toEqual(['ÉCOLE 100%', 'École_x']);
        expect(await found('e\u0301COLE')).toEqual(['ÉCOLE 100%', 'École_x']);
        expect(await found('%')).toEqual(['ÉCOLE 100%']);
        expect(await found('_')).toEqual(['École_x']);
        expect(await found('STRASSE')).toEqual(['Straße']);
        expect(await found('ω')).toEqual(['Ωmega']);
        expect(await found('\\')).toEqual(['back\\slash']);
        expect(await found("' OR 1=1 --")).toEqual([]);
      });
    });

    it('has what it acknowledged after the process was killed (seed 2.22)', async () => {
      await store.rooms.add(room('Tea'), MANY);
      await store.sessions.add(session('one', 'ana'), { nowMs: NOW, maxPerAccount: 3 });
      const later = await fixture.open();
      expect(await later.accounts.byEmail('bo@example.org')).toEqual(account('bo'));
      expect(await later.sessions.get('one')).toEqual(session('one', 'ana'));
      expect((await later.rooms.get('id of Tea'))?.title).toBe('Tea');
      await later.close();
    });

    it('shows every front on it what another has changed (seed 2.23)', async () => {
      const other = await fixture.open();
      await other.rooms.add(room('Tea'), MANY);
      expect(await titles()).toEqual(['Tea']);
      await store.rooms.remove('id of Tea');
      expect(await other.rooms.get('id of Tea')).toBeUndefined();
      await other.close();
    });

    it('may be closed twice, and answers nobody from then on', async () => {
      await store.close();
      await store.close();
      const late = [store.accounts.get('x'), store.accounts.add(account('eve')), store.sessions.get('x'), store.sessions.remove('x'), store.rooms.list(ALL), store.rooms.touch('x', NOW)];
      for (const outcome of await Promise.allSettled(late)) expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreClosedError' } });
    });
  });
}
