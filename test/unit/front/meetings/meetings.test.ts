import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { adhocAdmission } from '../../../../front/meetings/admission.ts';
import type { RoomAdmission } from '../../../../front/meetings/admission.ts';
import { callAnswer, callOffer } from '../../../support/front/call-sdp.ts';
import { Town } from '../../../support/front/town.ts';
import type { ScriptedPage, TownFocus, TownFront } from '../../../support/front/town.ts';

const SECOND = 1_000;
const SDP = callOffer();

/** A store's rooms: `open`, `small` for two, `secret` with a password. */
const admission: RoomAdmission = {
  async admit(request) {
    const { id, password } = request;
    if (id === 'open') return { title: 'Tea at "five" 🙂', room: { id, title: 'Tea' } };
    if (id === 'small') return { maximum: 2 };
    if (id !== 'secret') return adhocAdmission.admit(request);
    if (password !== 'sesame') throw new ApiError(403, 'wrong-password', 'That is not the password.');
    return {};
  },
  known: async (ids) => ids.filter((id) => id === 'open'),
};

let town: Town;
let here: TownFront;
let there: TownFront;
let rooms: TownFocus;
let ana: ScriptedPage;
let bo: ScriptedPage;

beforeEach(async () => {
  town = new Town({ admission });
  here = town.front();
  there = town.front();
  rooms = await town.focus();
  ana = await here.page('ana');
  bo = await there.page('bo');
});
afterEach(() => town.close());

async function join(page: ScriptedPage, room = 'open', body: object = {}): Promise<Record<string, unknown>> {
  const reply = await page.ask('join', { room, sdp: SDP, ...body });
  await town.clock.advance(300);
  return reply;
}

/** Answers every offer that the page got and has not answered. */
async function answerOffers(page: ScriptedPage, room = 'open'): Promise<void> {
  for (const { offer } of page.of('offer')) await page.ask('answer', { room, offer, sdp: callAnswer() });
  await town.clock.advance(200);
}

function members(page: ScriptedPage): unknown[] {
  return ((page.last('room')?.['members'] ?? []) as { name: string }[]).map(({ name }) => name);
}

describe('a room', () => {
  it('is created by who comes first, joined by the second, of whom the first hears (seeds 1.2, 1.3, 2.6, 2.11, 3.14)', async () => {
    expect(await join(ana)).toMatchObject({ type: 'reply', member: 'm1', event: 'created', room: { id: 'open', title: 'Tea' } });
    expect(String((await join(bo))['sdp'])).toMatch(/^v=0\r\n[^]*a=ice-ufrag:abcd/);
    expect(bo.of('reply').at(-1)).toMatchObject({ member: 'm2', event: 'joined' });
    for (const page of [ana, bo]) {
      expect(page.last('room')).toEqual({
        ...{ type: 'room', room: 'open', speaking: null },
        members: [{ id: 'm1', name: 'ana', audio: true, video: true, screen: false }, { id: 'm2', name: 'bo', audio: true, video: true, screen: false }],
      });
    }
  });

  it('greets whoever comes in (seed 2.7)', async () => {
    await join(ana);
    expect(ana.last('text')).toMatchObject({ room: 'open', from: null, text: 'Welcome to Tea at "five" 🙂, ana.' });
  });

  it('of two is full for the third, who is not let in (seed 1.4)', async () => {
    const cleo = await here.page('cleo');
    await join(ana, 'small');
    await join(bo, 'small');
    expect(await join(cleo, 'small')).toMatchObject({ type: 'error', error: 'room-full' });
    expect(cleo.of('room')).toEqual([]);
    expect(await cleo.ask('say', { room: 'small', text: 'hello' })).toMatchObject({ error: 'not-inside' });
    await bo.ask('leave', { room: 'small' });
    await town.clock.advance(100);
    expect(await join(cleo, 'small')).toMatchObject({ event: 'joined' });
  });

  it('lets nobody in whom it does not admit (seed 3.13)', async () => {
    expect(await join(ana, 'unknown')).toMatchObject({ error: 'unknown-room' });
    expect(await join(ana, 'adhoc-short')).toMatchObject({ error: 'unknown-room' });
    expect(await join(ana, 'secret', { password: 'wrong' })).toMatchObject({ error: 'wrong-password' });
    expect(await join(ana, 'secret', { password: 'sesame' })).toMatchObject({ event: 'created' });
    expect(town.sent('INVITE').some(({ request }) => request.uri.includes('unknown'))).toBe(false);
  });

  it('for those who know its id is made at once', async () => {
    const { room } = await ana.ask('adhoc');
    expect(await join(ana, String(room))).toMatchObject({ event: 'created', room: null });
    expect(await join(bo, String(room))).toMatchObject({ event: 'joined' });
  });

  it('hears nothing of another (seeds 1.7, 3.15)', async () => {
    await join(ana, 'open');
    await join(bo, 'small');
    const before = bo.told.length;
    await ana.ask('say', { room: 'open', text: 'only here' });
    await ana.ask('media', { room: 'open', audio: false, video: true, screen: false });
    await town.clock.advance(SECOND);
    expect(bo.told.slice(before).filter(({ type }) => type === 'text' || type === 'room' || type === 'offer')).toEqual([]);
    expect(await bo.ask('say', { room: 'open', text: 'let me in' })).toMatchObject({ error: 'not-inside' });
  });

  it('is away when nobody hosts it, and when its host falls silent', async () => {
    const lonely = new Town({ admission });
    const page = await lonely.front().page('ana');
    expect(await page.ask('join', { room: 'open', sdp: SDP })).toMatchObject({ error: 'rooms-away' });
    await lonely.close();
    expect(await ana.ask('join', { room: 'open', sdp: 'nonsense' })).toMatchObject({ error: 'bad-offer' });
  });

  it('is left by everybody when its host stops', async () => {
    await join(ana);
    rooms.focus.close();
    await town.clock.advance(100);
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'rooms-away' });
  });
});

describe('who sends what', () => {
  it('is negotiated by the focus: its offers reach the page, whose answers reach the focus', async () => {
    await join(ana);
    await join(bo);
    expect(ana.of('offer')).toHaveLength(1);
    expect(String(ana.last('offer')?.['sdp'])).toContain('offer 1 to m1');
    await answerOffers(ana);
    await answerOffers(bo);
    expect(rooms.forwarding.member('open', 'm1').accepted).toHaveLength(1);
    expect(rooms.forwarding.member('open', 'm2').accepted).toHaveLength(1);
    expect(await ana.ask('answer', { room: 'open', offer: 1, sdp: callAnswer() })).toMatchObject({ error: 'superseded' });
    expect(await ana.ask('answer', { room: 'open', offer: 99, sdp: callAnswer() })).toMatchObject({ error: 'superseded' });
  });

  it('is a state that others see, and never a toggle (seeds 0.17, 3.17)', async () => {
    await join(ana);
    await join(bo);
    const shown = () => (bo.last('room')?.['members'] as Record<string, unknown>[])[0];
    for (let count = 0; count < 2; count++) {
      await ana.ask('media', { room: 'open', audio: false, video: true, screen: true });
      await town.clock.advance(500);
      expect(shown()).toMatchObject({ name: 'ana', audio: false, video: true, screen: true });
    }
    for (let count = 0; count < 101; count++) ana.begin('media', { room: 'open', audio: count % 2 === 0, video: false, screen: false });
    await town.clock.advance(SECOND);
    expect(shown()).toMatchObject({ audio: true, video: false, screen: false });
    expect(town.sent('INFO').length).toBeLessThan(20);
  });

  it('is asked for in sizes, of which the latest count', async () => {
    await join(ana);
    ana.begin('sizes', { room: 'open', sizes: { m2: 360, m3: 0 } });
    ana.begin('sizes', { room: 'open', sizes: { m2: 720 } });
    ana.begin('sizes', { room: 'open', sizes: { m4: 90 } });
    await town.clock.advance(SECOND);
    expect(Object.fromEntries(rooms.forwarding.member('open', 'm1').heights)).toEqual({ m2: 720, m4: 90 });
  });

  it('cannot be told by a page that never answers: it is shown out after ten seconds', async () => {
    await join(ana);
    await join(bo);
    await answerOffers(bo);
    await town.clock.advance(9 * SECOND);
    expect(ana.of('left')).toEqual([]);
    await town.clock.advance(2 * SECOND);
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'gone' });
    expect(members(bo)).toEqual(['bo']);
  });
});

describe('a member whose media never comes up', () => {
  it('hears the reason that the focus gives in its BYE', async () => {
    await join(ana);
    rooms.forwarding.member('open', 'm1').vanish('the member never connected', {
      id: 'no-udp',
      sentence: 'No UDP arrived.',
      report: { who: 'the member', offered: [], answered: [], checks: { received: 0, from: [], sent: 0, answered: 0 }, nominated: false, dtls: 'not-begun' },
    });
    await town.clock.advance(SECOND);
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'gone', error: 'no-udp', message: 'No UDP arrived.' });
  });
});

describe('chat in a room', () => {
  it('reaches everyone else in it, with from, member, time and text (seeds 0.16, 2.10)', async () => {
    const cleo = await there.page('cleo');
    for (const page of [ana, bo, cleo]) await join(page);
    expect(await ana.ask('say', { room: 'open', text: 'Grüße <b>\n🙂' })).toMatchObject({ type: 'reply' });
    await town.clock.advance(100);
    for (const page of [bo, cleo]) expect(page.last('text')).toMatchObject({ room: 'open', from: 'ana', member: 'm1', to: null, text: 'Grüße <b>\n🙂', private: false });
    expect(ana.of('text')).toHaveLength(1);
  });

  it('can be for one alone (seeds 2.10, 3.15)', async () => {
    const cleo = await there.page('cleo');
    for (const page of [ana, bo, cleo]) await join(page);
    expect(await ana.ask('say', { room: 'open', text: 'psst', to: 'cleo' })).toMatchObject({ type: 'reply' });
    await town.clock.advance(100);
    expect(cleo.last('text')).toMatchObject({ from: 'ana', to: 'cleo', text: 'psst', private: true });
    expect(bo.of('text')).toHaveLength(1);
  });

  it('is refused when it is empty, too long, for nobody, or too much (seeds 0.16, 2.17)', async () => {
    await join(ana);
    expect(await ana.ask('say', { room: 'open', text: ' \n' })).toMatchObject({ error: 'empty-text' });
    expect(await ana.ask('say', { room: 'open', text: 'x'.repeat(2_001) })).toMatchObject({ error: 'too-large' });
    expect(await ana.ask('say', { room: 'open', text: 'hello', to: 'nobody' })).toMatchObject({ error: 'unknown-person' });
    const answers: unknown[] = [];
    for (let count = 0; count < 12; count++) answers.push((await ana.ask('say', { room: 'open', text: 'again' }))['error']);
    expect(answers).toContain('too-many-requests');
  });
});

describe('a changed name', () => {
  it('reaches everyone in the room (seed 2.12)', async () => {
    await join(ana);
    await join(bo);
    here.rename(ana.viewer, 'Ana B');
    await town.clock.advance(SECOND);
    expect(members(bo)).toEqual(['Ana B', 'bo']);
    expect(await ana.ask('say', { room: 'open', text: 'it is still me' })).toMatchObject({ type: 'reply' });
    await town.clock.advance(100);
    expect(bo.last('text')).toMatchObject({ from: 'Ana B' });
  });
});

describe('leaving a room', () => {
  it('removes at once, and everyone’s list is updated (seeds 0.18, 2.15, 3.18)', async () => {
    await join(ana);
    await join(bo);
    expect(await ana.ask('leave', { room: 'open' })).toMatchObject({ type: 'reply' });
    await town.clock.advance(300);
    expect(members(bo)).toEqual(['bo']);
    expect(ana.of('left')).toEqual([]);
    expect(here.company.meetings.size).toBe(0);
    expect(await ana.ask('leave', { room: 'open' })).toMatchObject({ error: 'not-inside' });
  });

  it('happens to a page that vanishes and does not return within three seconds (seeds 0.18, 0.19, 1.12)', async () => {
    await join(ana);
    await join(bo);
    ana.close();
    await town.clock.advance(2_500);
    expect(members(bo)).toEqual(['ana', 'bo']);
    await town.clock.advance(1_000);
    expect(members(bo)).toEqual(['bo']);
  });

  it('does not happen to one that is back in time, which is told what it missed', async () => {
    await join(ana);
    ana.close();
    await join(bo);
    const back = await here.page('ana');
    expect(await back.ask('resume', { room: 'open' })).toMatchObject({ type: 'reply' });
    expect(members(back)).toEqual(['ana', 'bo']);
    expect(back.of('offer')).toHaveLength(1);
    await answerOffers(back);
    await answerOffers(bo);
    await town.clock.advance(20 * SECOND);
    expect(members(bo)).toEqual(['ana', 'bo']);
    expect(await bo.ask('resume', { room: 'small' })).toMatchObject({ error: 'not-inside' });
  });

  it('happens to the earlier of two tabs of one person, which is told (elsewhere)', async () => {
    const second = await here.page('ana');
    await join(ana);
    expect(await join(second)).toMatchObject({ type: 'reply' });
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'elsewhere' });
    expect(members(second)).toEqual(['ana']);
    expect(second.of('left')).toEqual([]);
  });

  it('is nothing that a page hears of which joins anew by itself', async () => {
    await join(ana);
    expect(await join(ana)).toMatchObject({ type: 'reply', member: 'm2' });
    await town.clock.advance(SECOND);
    expect(ana.of('left')).toEqual([]);
    expect(members(ana)).toEqual(['ana']);
    expect(here.company.meetings.size).toBe(1);
  });

  it('happens to everybody when the room is deleted, or an operator wants it', async () => {
    await join(ana);
    here.company.meetings.shutOut('open', 'deleted');
    await town.clock.advance(100);
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'deleted' });
    await join(ana);
    const [running] = here.company.list();
    expect(running).toMatchObject({ from: 'ana', to: 'Tea at "five" 🙂' });
    expect(here.company.end(running?.id ?? '')).toBe(true);
    expect(ana.last('left')).toMatchObject({ room: 'open', reason: 'closed-by-operator' });
    await town.clock.advance(100);
    expect(rooms.forwarding.members).toBe(0);
  });

  it('frees everything when the server stops', async () => {
    await join(ana);
    await join(bo);
    await town.clock.until(here.company.close());
    await town.clock.advance(SECOND);
    expect(members(bo)).toEqual(['bo']);
  });

  it('ends a join whose page has gone meanwhile', async () => {
    ana.begin('join', { room: 'open', sdp: SDP });
    await town.clock.advance(3);
    ana.close();
    await town.clock.advance(40 * SECOND);
    expect(rooms.forwarding.members).toBe(0);
    expect(here.company.meetings.size).toBe(0);
  });
});

describe('who is where', () => {
  it('is told to all of rooms that everybody may know, and of no others', async () => {
    await join(ana, 'open');
    const { room } = await bo.ask('adhoc');
    await join(bo, String(room));
    await town.clock.advance(2 * SECOND);
    const cleo = await there.page('cleo');
    for (const page of [ana, cleo]) expect(page.last('occupancy')).toEqual({ type: 'occupancy', rooms: [{ id: 'open', members: ['ana'] }] });
    expect(here.company.rooms.membersOf(String(room))).toEqual(['bo']);
    await ana.ask('leave', { room: 'open' });
    await town.clock.advance(2 * SECOND);
    expect(cleo.last('occupancy')).toEqual({ type: 'occupancy', rooms: [] });
    here.company.rooms.listChanged();
    expect(ana.last('rooms')).toEqual({ type: 'rooms', changed: true });
  });
});

describe('an invitation into a room', () => {
  it('brings the invited in: he rings, accepts without a description, and joins by himself (seeds 0.10, 0.11)', async () => {
    await join(ana);
    const { call } = await ana.ask('invite', { to: 'bo', room: 'open', key: 'k_1-x' });
    await town.clock.advance(100);
    expect(bo.last('invited')).toEqual({ type: 'invited', call, from: 'ana', expiresInMs: 10_000, room: 'open', key: 'k_1-x', title: 'Tea at "five" 🙂' });
    await bo.ask('accept', { call });
    await town.clock.advance(100);
    expect(ana.last('answered')).toEqual({ type: 'answered', call });
    expect([...ana.of('ended'), ...bo.of('ended')]).toEqual([]);
    expect(here.company.calls.size + there.company.calls.size).toBe(0);
    await join(bo);
    expect(members(ana)).toEqual(['ana', 'bo']);
    await town.clock.advance(60 * SECOND);
    expect([...ana.of('ended'), ...bo.of('ended')]).toEqual([]);
  });

  it('of somebody who is in it already rings nowhere, and the inviter is told (seed 0.5)', async () => {
    await join(ana);
    await join(bo);
    expect(await ana.ask('invite', { to: 'bo', room: 'open' })).toMatchObject({ error: 'already-here' });
    expect(bo.of('invited')).toEqual([]);
  });

  it('of somebody in another room tells the inviter, and rings all the same (seed 0.6)', async () => {
    await join(ana, 'open');
    await join(bo, 'small');
    const { call } = await ana.ask('invite', { to: 'bo', room: 'open' });
    await town.clock.advance(100);
    expect(ana.last('ringing')).toMatchObject({ call, elsewhere: true });
    expect(bo.last('invited')).toMatchObject({ call, room: 'open' });
    expect(await bo.ask('accept', { call })).toMatchObject({ type: 'reply' });
  });

  it('is for those who are inside to make, and calls are not', async () => {
    expect(await ana.ask('invite', { to: 'bo', room: 'open' })).toMatchObject({ error: 'not-inside' });
    await join(ana);
    expect(await ana.ask('call', { to: 'bo', sdp: SDP })).toMatchObject({ error: 'in-a-call' });
    expect(await ana.ask('invite', { to: 'ana', room: 'open' })).toMatchObject({ error: 'yourself' });
    expect(await ana.ask('invite', { to: 'nobody', room: 'open' })).toMatchObject({ error: 'unknown-person' });
  });

  it('comes five times from one to the same other at a time; the sixth does not ring (seed 0.8)', async () => {
    await join(ana);
    for (let count = 0; count < 5; count++) expect(await ana.ask('invite', { to: 'bo', room: 'open' })).toMatchObject({ type: 'reply' });
    expect(await ana.ask('invite', { to: 'bo', room: 'open' })).toMatchObject({ error: 'too-many-invitations' });
    expect(bo.of('invited')).toHaveLength(5);
    await town.clock.advance(11 * SECOND);
    expect(bo.of('ended').map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'expired'));
    expect(await ana.ask('invite', { to: 'bo', room: 'open' })).toMatchObject({ type: 'reply' });
  });

  it('can continue a call of the two, at the page that has it and without ringing (Replaces)', async () => {
    const second = await there.page('bo');
    const { call } = await ana.ask('call', { to: 'bo', sdp: SDP });
    await bo.ask('accept', { call, sdp: callAnswer() });
    await town.clock.advance(100);
    const { room } = await ana.ask('adhoc');
    expect(await join(ana, String(room))).toMatchObject({ event: 'created' });
    const { call: moving } = await ana.ask('invite', { to: 'bo', room, replaces: call });
    await town.clock.advance(100);
    expect(bo.last('invited')).toMatchObject({ call: moving, room, replaces: call });
    const third = await there.page('bo');
    for (const other of [second, third]) expect(other.of('invited', moving)).toEqual([]);
    expect(ana.last('ringing')).toMatchObject({ elsewhere: false });
    await bo.ask('accept', { call: moving });
    expect(await join(bo, String(room))).toMatchObject({ event: 'joined' });
    await ana.ask('hang-up', { call });
    await town.clock.advance(100);
    expect(bo.last('ended')).toMatchObject({ call, reason: 'hung-up' });
    expect(members(bo)).toEqual(['ana', 'bo']);
  });

  it('replaces no call of others', async () => {
    const cleo = await here.page('cleo');
    const { call } = await ana.ask('call', { to: 'bo', sdp: SDP });
    await bo.ask('accept', { call, sdp: callAnswer() });
    await join(cleo);
    expect(await cleo.ask('invite', { to: 'bo', room: 'open', replaces: call })).toMatchObject({ error: 'unknown-call' });
    expect(bo.of('invited')).toHaveLength(1);
  });
});
