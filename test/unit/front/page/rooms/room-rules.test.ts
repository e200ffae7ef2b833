import { describe, expect, it } from 'vitest';
import { parseRoom, type Room } from '../../../../../front/page/src/connection/room.ts';
import { roomAddress, roomLink } from '../../../../../front/page/src/rooms/room-link.ts';
import { draftOf, draftProblem, limitsFor, planOf } from '../../../../../front/page/src/rooms/room-rules.ts';

function room(more: object = {}): Room {
  const parsed = parseRoom({ id: 'r1', title: 'Tea', owner: { id: 'u1', full_name: 'Ana' }, ...more });
  if (!parsed) throw new Error('no room');
  return parsed;
}

describe('the form of a room', () => {
  it('wants a title of at most 200 characters (seeds 2.1, 3.7)', () => {
    expect(draftProblem(draftOf())).toEqual({ field: 'title', problem: 'missing' });
    expect(draftProblem({ ...draftOf(), title: ' \n ' })).toEqual({ field: 'title', problem: 'missing' });
    expect(draftProblem({ ...draftOf(), title: 'x'.repeat(201) })).toEqual({ field: 'title', problem: 'too-long' });
    expect(draftProblem({ ...draftOf(), title: '👩'.repeat(200) })).toBeUndefined();
  });

  it('asks for the password that it is to ask for (seed 2.3)', () => {
    const locked = { ...draftOf(), title: 'Tea', locked: true };
    expect(draftProblem(locked)).toEqual({ field: 'password', problem: 'missing' });
    expect(planOf({ ...locked, password: 'x' }).password).toBe('x');
  });

  it('keeps a password that was not typed again, and takes it away when told', () => {
    const present = room({ has_password: true });
    const draft = draftOf(present);
    expect(draftProblem(draft, present)).toBeUndefined();
    expect(planOf(draft, present).password).toBeUndefined();
    expect(planOf({ ...draft, password: 'new' }, present).password).toBe('new');
    expect(planOf({ ...draft, locked: false }, present).password).toBeNull();
    expect(planOf({ ...draftOf(), title: 'Tea' }).password).toBeUndefined();
  });

  it('begins with the room as it is, and sends texts without spaces around them', () => {
    const present = room({ description: 'At five', visibility: 'private', admission: 'invite-only', guest_limit: 5 });
    expect(planOf({ ...draftOf(present), title: '  Tea  ' }, present)).toEqual({
      title: 'Tea', description: 'At five', visibility: 'private', admission: 'invite-only', guestLimit: 5, password: undefined,
    });
  });

  it('offers limits from 2 on, none, and whatever the room has (seed 2.4)', () => {
    expect(limitsFor(null).slice(0, 5)).toEqual([null, 2, 3, 4, 5]);
    expect(limitsFor(7)).toContain(7);
    expect(limitsFor(7).filter((limit) => limit === 7)).toHaveLength(1);
  });
});

describe('the link to a room', () => {
  it('holds the key of a room by invitation, and of no other (seed 3.10)', () => {
    expect(roomLink(room({ admission: 'invite-only', key: 'k/1' }))).toBe('#/room/r1?key=k%2F1');
    expect(roomLink(room({ key: 'k' }))).toBe('#/room/r1');
    expect(roomLink(room({ admission: 'invite-only' }))).toBe('#/room/r1');
  });

  it('is the page’s own address for others, without what is only this browser’s', () => {
    expect(roomAddress(room(), 'https://host/?gather=wait#/rooms')).toBe('https://host/#/room/r1');
  });
});
