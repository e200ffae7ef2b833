import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import { parseRooms, type Room } from '../../../../../front/page/src/connection/room.ts';
import { POLL_MS, RoomList, TYPING_MS, type RoomListOptions } from '../../../../../front/page/src/rooms/room-list.ts';
import { ManualTiming, middle, settled } from '../support.ts';

const rooms = (...ids: string[]): Room[] => parseRooms(ids.map((id) => ({ id, title: id }))) ?? [];

function roomList(first: readonly Room[] = rooms('a', 'b')) {
  const timing = new ManualTiming();
  const front = { rooms: first, hasMore: false, away: false, told: true, asked: [] as { search: string; order: string; most: number }[] };
  const created: string[][] = [];
  const found: number[] = [];
  let stored = '';
  const fetch: RoomListOptions['fetch'] = async ({ search, order, most }) => {
    front.asked.push({ search, order, most });
    if (front.away) throw new FailureError({ id: 'service-away' });
    return { rooms: front.rooms.filter(({ title }) => title.includes(search)), hasMore: front.hasMore };
  };
  const list = new RoomList({
    fetch, timing, random: middle, isTold: () => front.told,
    orderStore: { read: () => stored, write: (text) => void (stored = text) },
    onCreated: (made) => created.push(made.map(({ id }) => id)),
    onFound: (count) => found.push(count),
  });
  const ids = (): string[] | undefined => list.rooms.value?.map(({ id }) => id);
  return { list, timing, front, created, found, ids, stored: () => stored };
}

describe('the list of rooms', () => {
  it('is asked for when it is opened, most recently active first (seed 2.2)', async () => {
    const { list, front, ids } = roomList();
    expect(ids()).toBeUndefined();
    list.open();
    await settled();
    expect(ids()).toEqual(['a', 'b']);
    expect(front.asked).toEqual([{ search: '', order: 'active', most: 100 }]);
  });

  it('is asked for anew when front says so, not more than once at a time', async () => {
    const { list, front } = roomList();
    list.open();
    for (let time = 0; time < 20; time += 1) list.changed();
    await settled();
    expect(front.asked).toHaveLength(2);
    list.close();
    list.changed();
    await settled();
    expect(front.asked).toHaveLength(2);
  });

  it('shows a new room on top at once, whatever the order, and tells of others’ (seed 3.19)', async () => {
    const { list, front, created, ids } = roomList();
    list.open();
    await settled();
    list.add(rooms('mine')[0]!);
    expect(ids()).toEqual(['mine', 'a', 'b']);
    front.rooms = rooms('a', 'b', 'theirs', 'mine');
    list.changed();
    await settled();
    expect(ids()).toEqual(['theirs', 'mine', 'a', 'b']);
    expect(created).toEqual([['theirs']]);
    expect([...list.created.value]).toEqual(['theirs', 'mine']);
  });

  it('tells nothing of rooms that come to sight by searching', async () => {
    const { list, timing, front, created } = roomList();
    list.open();
    await settled();
    list.searchFor('a');
    await timing.pass(TYPING_MS);
    front.rooms = rooms('a', 'b', 'c');
    list.searchFor('');
    await timing.pass(TYPING_MS);
    expect(created).toEqual([]);
  });

  it('is searched while one types, once he rests, and says how many were found (seed 3.6)', async () => {
    const { list, timing, front, found, ids } = roomList(rooms('tea', 'coffee'));
    list.open();
    await settled();
    for (const text of ['t', 'te', 'tea']) {
      list.searchFor(text);
      await timing.pass(TYPING_MS - 1);
    }
    expect(front.asked).toHaveLength(1);
    await timing.pass(1);
    expect(front.asked.at(-1)).toMatchObject({ search: 'tea' });
    expect(ids()).toEqual(['tea']);
    expect(found).toEqual([1]);
  });

  it('takes the answer to what was typed last, in whatever order they come', async () => {
    const answers: ((rooms: Room[]) => void)[] = [];
    const timing = new ManualTiming();
    const list = new RoomList({
      fetch: () => new Promise((resolve) => answers.push((found) => resolve({ rooms: found, hasMore: false }))),
      timing, random: middle, isTold: () => true, orderStore: { read: () => '', write: () => undefined }, onCreated: () => undefined, onFound: () => undefined,
    });
    list.open();
    list.searchFor('b');
    await timing.pass(TYPING_MS);
    answers[1]?.(rooms('b'));
    await settled();
    answers[0]?.(rooms('late'));
    await settled();
    expect(list.rooms.value?.map(({ id }) => id)).toEqual(['b']);
  });

  it('remembers the order that was chosen (seed 3.5)', async () => {
    const { list, front, stored } = roomList();
    list.open();
    await settled();
    list.sortBy('newest');
    await settled();
    expect(front.asked.at(-1)).toMatchObject({ order: 'newest' });
    expect(stored()).toBe('newest');
  });

  it('keeps what is known while front does not answer, says so, and asks again by itself', async () => {
    const { list, timing, front, ids } = roomList();
    list.open();
    await settled();
    front.away = true;
    list.changed();
    await settled();
    expect(list.problem.value).toEqual({ id: 'service-away' });
    expect(ids()).toEqual(['a', 'b']);
    front.away = false;
    front.rooms = rooms('c');
    await timing.pass(400);
    expect(list.problem.value).toBeUndefined();
    expect(ids()).toEqual(['c']);
  });

  it('follows who is inside, as front tells it', async () => {
    const { list } = roomList();
    list.open();
    await settled();
    list.occupied([{ id: 'b', members: ['ana', 'bo'] }]);
    expect(list.rooms.value?.map(({ members }) => members)).toEqual([[], ['ana', 'bo']]);
    list.occupied([]);
    expect(list.rooms.value?.map(({ members }) => members)).toEqual([[], []]);
  });

  it('is asked for now and then where front tells nothing', async () => {
    const { list, timing, front } = roomList();
    front.told = false;
    list.open();
    await settled();
    await timing.pass(POLL_MS);
    expect(front.asked).toHaveLength(2);
    list.close();
    expect(timing.due).toEqual([]);
  });

  it('shows more on demand', async () => {
    const { list, front } = roomList();
    front.hasMore = true;
    list.open();
    await settled();
    expect(list.hasMore.value).toBe(true);
    list.more();
    await settled();
    expect(front.asked.at(-1)).toMatchObject({ most: 200 });
  });

  it('lets a room be changed and deleted at once', async () => {
    const { list, ids } = roomList();
    list.open();
    await settled();
    list.replace({ ...rooms('a')[0]!, title: 'renamed' });
    list.remove('b');
    expect(ids()).toEqual(['a']);
    expect(list.rooms.value?.[0]?.title).toBe('renamed');
  });
});
