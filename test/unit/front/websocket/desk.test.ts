import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callOffer } from '../../../support/front/call-sdp.ts';
import { Town, TOWN_DAEMON } from '../../../support/front/town.ts';
import type { ScriptedPage, TownFront } from '../../../support/front/town.ts';

let town: Town;
let front: TownFront;
let ana: ScriptedPage;

beforeEach(async () => {
  town = new Town();
  front = town.front();
  ana = await front.page('ana');
});
afterEach(() => town.close());

describe('what a page asks', () => {
  it('of an unknown type, or without number, is refused with an error (seed 2.16)', async () => {
    for (const message of [undefined, null, 7, [], {}, { type: 'call' }, { type: 'fly', id: 1 }, { type: 'toString', id: 2 }, { type: '__proto__', id: 3 }, { type: 'call', id: -1 }, { type: 'call', id: '1' }]) {
      await front.company.desk.serve(ana, message);
      expect(ana.told.at(-1)).toMatchObject({ type: 'error', error: 'bad-message' });
    }
    expect(ana.told.filter(({ id }) => id === 1)).toHaveLength(1);
  });

  it.each([
    ['call', {}], ['call', { to: '', sdp: 'v=0' }], ['call', { to: 'bo' }], ['call', { to: 'bo\r\nX: y', sdp: 'v=0' }], ['call', { to: 'x'.repeat(10_000), sdp: 'v=0' }],
    ['accept', {}], ['accept', { call: 7 }], ['decline', { call: '' }], ['hang-up', { call: 'x'.repeat(1_000) }], ['candidates', { call: 'x' }],
    ['invite', { to: 'bo', room: '../etc' }], ['join', { room: 'r', sdp: '' }], ['join', { room: '', sdp: 'v=0' }], ['answer', { room: 'r', offer: 'x', sdp: 'v=0' }],
    ['media', { room: 'r', audio: 1, video: true, screen: false }], ['sizes', { room: 'r', sizes: { m1: -1 } }], ['sizes', { room: 'r', sizes: Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`m${number}`, 1])) }],
    ['say', { room: 'r' }], ['leave', {}], ['resume', {}],
  ])('must be complete: %s %.60j', async (type, body) => {
    expect(await ana.ask(type, body)).toMatchObject({ type: 'error', error: 'bad-message', message: expect.any(String) as string });
  });

  it.each([
    ['accept', { call: 'none' }, 'unknown-call'], ['decline', { call: 'none' }, 'unknown-call'], ['hang-up', { call: 'none' }, 'unknown-call'], ['resume', { call: 'none' }, 'unknown-call'],
    ['candidates', { call: 'none', fragment: 'a=end-of-candidates\r\n' }, 'unknown-call'],
    ['answer', { room: 'r', offer: 1, sdp: 'v=0' }, 'not-inside'], ['media', { room: 'r', audio: true, video: true, screen: false }, 'not-inside'], ['sizes', { room: 'r', sizes: {} }, 'not-inside'],
    ['say', { room: 'r', text: 'hello' }, 'not-inside'], ['leave', { room: 'r' }, 'not-inside'], ['resume', { room: 'r' }, 'not-inside'], ['invite', { to: 'bo', room: 'r' }, 'not-inside'],
    ['join', { room: 'r', sdp: 'v=0' }, 'unknown-room'],
  ])('of what is not there breaks nothing: %s %j is %s (seeds 0.12, 0.16)', async (type, body, error) => {
    expect(await ana.ask(type, body)).toMatchObject({ type: 'error', error });
  });

  it('gets rooms that cannot be guessed', async () => {
    const rooms = await Promise.all(Array.from({ length: 20 }, async () => String((await ana.ask('adhoc'))['room'])));
    for (const room of rooms) expect(room).toMatch(/^adhoc-[\w-]{22}$/);
    expect(new Set(rooms).size).toBe(20);
  });
});

describe('a flood', () => {
  it('of 1,000 invitations by one page rings nobody more than it may, and is over when it is over (seed 0.8)', async () => {
    const bo = await front.page('bo');
    for (let number = 0; number < 1_000; number++) ana.begin('call', { to: 'bo', sdp: callOffer() });
    await town.clock.advance(1_000);
    expect(bo.of('invited').length).toBeLessThanOrEqual(5);
    const refused = new Set(ana.of('error').map(({ error }) => error));
    expect([...refused].sort()).toEqual(['in-a-call', 'too-many-requests']);
    expect(ana.of('error').length + ana.of('reply').length).toBe(1_000);
    await town.clock.advance(20_000);
    expect(front.company.calls.size).toBe(0);
    expect(await ana.ask('call', { to: 'bo', sdp: callOffer() })).toMatchObject({ type: 'reply' });
  });

  it('of 1,000 invitations from elsewhere, with forged senders, leaves nothing behind (seeds 0.8, 2.18)', async () => {
    const stranger = town.agent();
    const statuses = new Map<number, number>();
    for (let number = 0; number < 1_000; number++) {
      const invite = stranger.createRequest('INVITE', 'sip:ana@10.0.0.1', { from: `sip:forger%20${number % 300}@10.0.0.1`, headers: { Expires: '10' }, body: callOffer(), contentType: 'application/sdp' });
      const call = stranger.invite(invite, { nextHop: TOWN_DAEMON });
      call.answered.catch((error: unknown) => {
        const status = (error as { status?: number }).status ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
      if (number % 50 === 0) await town.clock.advance(20);
    }
    expect(ana.of('invited').length).toBeLessThanOrEqual(20);
    await town.clock.advance(60_000);
    expect(ana.of('invited').length).toBe(20);
    expect(statuses.get(486)).toBe(980);
    expect(ana.of('ended')).toHaveLength(20);
    expect(front.company.calls.size).toBe(0);
  });

  it('of requests that wait is bounded', async () => {
    await town.stopDaemon();
    for (let number = 0; number < 100; number++) ana.begin('say', { person: `nobody ${number}`, text: 'hello' });
    await town.clock.advance(100);
    expect(ana.of('error').every(({ error }) => error === 'too-many-requests')).toBe(true);
    expect(ana.of('error').length).toBeGreaterThan(60);
    await town.clock.advance(40_000);
    expect(ana.of('error')).toHaveLength(100);
  });
});
