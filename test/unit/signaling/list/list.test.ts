import { beforeEach, describe, expect, it } from 'vitest';
import { Engagements, Viewers } from '../../../../signaling/calls/session-counts.ts';
import { answerOptions } from '../../../../signaling/list/options.ts';
import type { Lists } from '../../../../signaling/list/paged-list.ts';
import { PeopleList } from '../../../../signaling/list/people-list.ts';
import { StreamerList } from '../../../../signaling/list/streamer-list.ts';
import { Location } from '../../../../signaling/registrar/location.ts';
import type { Refusal } from '../../../../signaling/reply.ts';
import { RoomMembers } from '../../../../signaling/rooms/members.ts';
import { RoomList } from '../../../../signaling/rooms/room-list.ts';
import { session, streamer } from '../../../support/signaling/entries.ts';
import { request } from '../../../support/signaling/requests.ts';
import type { RequestOptions } from '../../../support/signaling/requests.ts';
import { VolatileDirectory } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

interface Page {
  streamers: { name: string; viewers: number }[];
  total: number;
  next?: number;
}

describe('The list', () => {
  let clock: VirtualClock;
  let directory: VolatileDirectory;
  let lists: Lists;

  beforeEach(() => {
    clock = new VirtualClock();
    directory = new VolatileDirectory(clock);
    const location = new Location(directory, () => clock.now());
    lists = [
      new StreamerList({ directory, location, viewers: new Viewers(directory), domain: { host: '127.0.0.1', port: 5060 } }),
      new PeopleList({ directory, location, engagements: new Engagements(directory) }),
      new RoomList(new RoomMembers(directory)),
    ];
  });

  function bodyOf(options: RequestOptions): string {
    const reply = answerOptions(request('OPTIONS', options), lists, 'OPTIONS, REGISTER');
    expect(reply).toMatchObject({ status: 200, contentType: 'application/json' });
    return reply.body ?? '';
  }

  function ask(options: RequestOptions = {}): Page {
    return JSON.parse(bodyOf(options)) as Page;
  }

  function askFor(list: string, offset = 0): unknown {
    return JSON.parse(bodyOf({ body: JSON.stringify({ list, offset }) }));
  }

  it('is empty, never an error, where nobody streams (seed 4.6)', () => {
    expect(ask()).toEqual({ streamers: [], total: 0 });
  });

  it('shows name, address, title, image, description, codecs and viewers (seeds 4.6, 4.18)', () => {
    directory.streamers.putLazily(streamer('José', { info: { title: 'T', description: 'D', image: '/i.svg', codecs: { audio: ['opus'], video: ['VP8'] } } }));
    expect(ask()).toEqual({
      streamers: [{ name: 'José', address: 'sip:Jos%C3%A9@127.0.0.1:5060', title: 'T', image: '/i.svg', description: 'D', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 0 }],
      total: 1,
    });
  });

  it('shows mode and renditions where a streamer has them', () => {
    directory.streamers.putLazily(streamer('film', { info: { ...streamer('film').info, mode: 'vod', renditions: ['720p', '360p'] } }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'film', mode: 'vod', renditions: ['720p', '360p'] }] });
  });

  it('counts the viewers of established sessions only', () => {
    directory.streamers.putLazily(streamer('camera'));
    const watching = { ...session('1'), streamer: 'camera' };
    const viewers = (): number | undefined => ask().streamers[0]?.viewers;
    const seen: (number | undefined)[] = [];
    for (const state of ['offer-received', 'answer-received', 'connection-established', 'connection-finished'] as const) {
      directory.sessions.putLazily({ ...watching, state });
      seen.push(viewers());
    }
    directory.sessions.putLazily({ ...session('2'), state: 'connection-established' });
    directory.sessions.putLazily({ ...session('3'), state: 'connection-established' });
    seen.push(viewers());
    directory.sessions.deleteLazily(session('2').id);
    seen.push(viewers());
    expect(seen).toEqual([0, 0, 1, 0, 2, 1]);
  });

  it('leaves out whom a restart has forgotten, and who has expired', () => {
    directory.streamers.putLazily(streamer('camera'));
    directory.streamers.putLazily(streamer('forgotten', { forgotten: true }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'camera' }], total: 1 });
    clock.tick(Date.UTC(2031, 0, 1));
    expect(ask().streamers).toEqual([]);
  });

  it('comes in pages of one datagram each, which together hold everyone once', () => {
    const names = Array.from({ length: 100 }, (_, index) => `streamer ${index}`);
    for (const name of names) directory.streamers.putLazily(streamer(name));
    const seen: string[] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined) {
      const body = answerOptions(request('OPTIONS', { body: JSON.stringify({ offset }) }), lists, 'OPTIONS').body ?? '';
      expect(Buffer.byteLength(body)).toBeLessThan(1000);
      const page = JSON.parse(body) as Page;
      expect(page.total).toBe(100);
      seen.push(...page.streamers.map(({ name }) => name));
      offset = page.next;
    }
    expect(seen).toEqual(names);
  });

  it('shows a streamer that says a lot alone on its page', () => {
    const info = { title: 't', description: 'd'.repeat(1000), image: 'i'.repeat(2000), codecs: { audio: [], video: [] } };
    directory.streamers.putLazily(streamer('a', { info }));
    directory.streamers.putLazily(streamer('b', { info }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'a' }], total: 2, next: 1 });
    expect(ask({ body: '{"offset":1}' })).toMatchObject({ streamers: [{ name: 'b' }], total: 2 });
    expect(ask({ body: '{"offset":2}' })).toEqual({ streamers: [], total: 2 });
  });

  it('answers a ping of one who takes no JSON, without the list', () => {
    const reply = answerOptions(request('OPTIONS', { headers: [['Accept', 'text/plain']] }), lists, 'OPTIONS');
    expect(reply.status).toBe(200);
    expect(reply.body).toBeUndefined();
  });

  it('of streamers has neither persons nor focuses, and that of persons only those (seeds 0.1, 0.4)', () => {
    directory.streamers.putLazily(streamer('ana', { kind: 'person' }));
    directory.streamers.putLazily(streamer('camera'));
    directory.streamers.putLazily(streamer('rooms', { kind: 'focus' }));
    directory.streamers.putLazily(streamer('gone', { kind: 'person', forgotten: true }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'camera' }], total: 1 });
    expect(askFor('directory')).toEqual(ask());
    expect(askFor('people')).toEqual({ people: [{ name: 'ana', busy: false }], total: 1 });
    directory.streamers.deleteLazily('ana');
    expect(askFor('people')).toEqual({ people: [], total: 0 });
  });

  it('of persons says who is busy: both of a call, and members of a room, while it lasts (seed 0.6)', () => {
    for (const name of ['ana', 'bo', 'cy', 'di']) directory.streamers.putLazily(streamer(name, { kind: 'person' }));
    const call = session('1', { kind: 'person', viewer: 'ana', streamer: 'bo' });
    const member = session('2', { kind: 'focus', viewer: 'cy', streamer: 'rooms', room: 'r' });
    const watching = session('3', { viewer: 'di', state: 'connection-established' });
    const busy = (): string[] => (askFor('people') as { people: { name: string; busy: boolean }[] }).people.filter((each) => each.busy).map(({ name }) => name);
    for (const each of [call, member, watching]) directory.sessions.putLazily(each);
    expect(busy()).toEqual([]);
    for (const each of [call, member]) directory.sessions.putLazily({ ...each, state: 'connection-established' });
    expect(busy()).toEqual(['ana', 'bo', 'cy']);
    directory.sessions.putLazily({ ...call, state: 'connection-finished' });
    directory.sessions.deleteLazily(member.id);
    expect(busy()).toEqual([]);
  });

  it('of rooms says who is inside, once each, in the order in which they came (seeds 2.11, 2.20)', () => {
    const member = (callId: string, viewer: string, room: string) => session(callId, { kind: 'focus', streamer: 'rooms', viewer, room, state: 'connection-established' });
    directory.sessions.putLazily(member('1', 'ana', 'tea'));
    directory.sessions.putLazily(member('2', 'bo', 'tea'));
    directory.sessions.putLazily(member('3', 'ana', 'tea'));
    directory.sessions.putLazily(member('4', 'cy', 'other'));
    directory.sessions.putLazily(session('5', { kind: 'focus', streamer: 'rooms', viewer: 'di', room: 'other' }));
    expect(askFor('rooms')).toEqual({ rooms: [{ id: 'tea', members: ['ana', 'bo'] }, { id: 'other', members: ['cy'] }], total: 2 });
    directory.sessions.deleteLazily(member('1', 'ana', 'tea').id);
    directory.sessions.putLazily({ ...member('4', 'cy', 'other'), state: 'connection-finished' });
    expect(askFor('rooms')).toEqual({ rooms: [{ id: 'tea', members: ['ana', 'bo'] }], total: 1 });
    for (const callId of ['2', '3']) directory.sessions.putLazily({ ...member(callId, 'x', 'tea'), viewer: callId === '2' ? 'bo' : 'ana', state: 'connection-error' });
    expect(askFor('rooms')).toEqual({ rooms: [], total: 0 });
  });

  it('of a crowded room with long names fits a datagram, and says how many it left out', () => {
    for (let index = 0; index < 500; index++) {
      directory.sessions.putLazily(session(`call ${index}`, { kind: 'focus', streamer: 'rooms', room: 'r', viewer: `${index} ${'😀'.repeat(60)}`, state: 'connection-established' }));
    }
    const { rooms } = askFor('rooms') as { rooms: { members: string[]; more: number }[] };
    expect(Buffer.byteLength(JSON.stringify(rooms))).toBeLessThan(10_000);
    expect(rooms[0]!.members.length + rooms[0]!.more).toBe(500);
  });

  it('of rooms comes in pages', () => {
    for (let index = 0; index < 100; index++) {
      directory.sessions.putLazily(session(`call ${index}`, { kind: 'focus', streamer: 'rooms', room: `room number ${index}`, viewer: 'ana', state: 'connection-established' }));
    }
    const seen: string[] = [];
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const page = askFor('rooms', offset) as { rooms: { id: string }[]; next?: number };
      seen.push(...page.rooms.map(({ id }) => id));
      offset = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => `room number ${index}`));
  });

  it.each([
    ['a list that is none', { body: '{"list":"secrets"}' }, 400],
    ['a body that is no JSON', { body: 'hello' }, 400],
    ['a negative offset', { body: '{"offset":-1}' }, 400],
    ['another type of body', { body: 'v=0', contentType: 'application/sdp' }, 415],
  ])('refuses %s', (_, options, status) => {
    expect(() => ask(options)).toThrow(expect.objectContaining({ status }) as Refusal);
  });
});
