import { beforeEach, describe, expect, it } from 'vitest';
import { RoomStage } from '../../../support/streamer/room-stage.ts';

describe('The focus of a room', () => {
  let stage: RoomStage;

  beforeEach(() => {
    stage = new RoomStage();
  });

  it('answers an offer, says who one is there, and that it is a focus (seeds 1.2, 2.6)', async () => {
    const { response, media } = await stage.join('tea', 'ana');
    expect([response.status, response.contentType, response.body.toString()]).toEqual([200, 'application/sdp', media.answer]);
    expect(response.headers.get('Contact')).toBe('<sip:room-tea@10.0.0.9:5060>;isfocus');
    expect(response.headers.get('Sipcast-Room')).toBe('member=m1;event=created');
    expect(response.headers.get('Allow-Events')).toBe('conference');
    expect(response.headers.get('Allow')).toContain('INFO');
    expect((await stage.join('tea', 'bo')).response.headers.get('Sipcast-Room')).toBe('member=m2;event=joined');
  });

  it('greets who comes, him alone (seed 2.7)', async () => {
    const ana = await stage.join('tea', 'ana', { terms: 'title="Tea at \\"five\\"";max=5' });
    const bo = await stage.join('tea', 'bo');
    expect(ana.texts).toMatchObject([{ from: 'sip:room-tea@example.com', to: 'sip:ana@example.com', text: 'Welcome to Tea at "five", ana.' }]);
    expect(bo.texts).toMatchObject([{ from: 'sip:room-tea@example.com', text: 'Welcome to the room, bo.' }]);
    expect(ana.texts[0]?.dateTime).toMatch(/^2030-01-01T00:00:/);
  });

  it('lets as many in as the room holds, and says to one too many that it is full (seeds 1.2, 1.3, 1.4, 2.4)', async () => {
    const terms = 'max=2';
    const ana = await stage.join('tea', 'ana', { terms });
    const bo = await stage.join('tea', 'bo', { terms });
    expect([ana, bo].map(({ response }) => response.headers.get('Sipcast-Room'))).toEqual(['member=m1;event=created', 'member=m2;event=joined']);
    const response = await stage.refused('tea', 'cy', { terms });
    expect([response.status, response.headers.get('Warning')]).toEqual([486, '399 sipcast "the room is full"']);
    expect(await stage.names('tea')).toEqual(['ana', 'bo']);
    await bo.leave();
    await stage.join('tea', 'cy', { terms });
    expect(await stage.names('tea')).toEqual(['ana', 'cy']);
  });

  it('opens no further room while it drains, lets people into those that are open, and is done when all are empty', async () => {
    const ana = await stage.join('tea', 'ana');
    const drained = stage.focus.drain(new AbortController().signal);
    expect((await stage.refused('coffee', 'cy')).status).toBe(503);
    const bo = await stage.join('tea', 'bo');
    await ana.leave();
    await bo.leave();
    await stage.clock.until(drained);
  });

  it('counts those who are about to come, so that two at once never share the last place (seed 1.4)', async () => {
    const outcomes = await stage.clock.until(Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => stage.call('tea', name, { terms: 'max=2' }).answered)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('keeps rooms apart (seed 1.7)', async () => {
    const [ana, bo] = [await stage.join('one', 'ana'), await stage.join('two', 'bo')];
    expect(ana.media.id).toBe('m1');
    expect(bo.response.headers.get('Sipcast-Room')).toBe('member=m1;event=created');
    await ana.say('only for one');
    expect(bo.texts).toHaveLength(1);
    expect([await stage.names('one'), await stage.names('two')]).toEqual([['ana'], ['bo']]);
  });

  it('gives the place of a person to the tab that comes later, also in a full room (seed 0.19)', async () => {
    const terms = 'max=2';
    const [first, bo] = [await stage.join('tea', 'ana', { terms }), await stage.join('tea', 'bo', { terms })];
    const second = await stage.join('tea', 'ana', { terms });
    await stage.clock.advance(50);
    expect([first.dialog.ended, first.reasons, first.media.closed]).toEqual(['remote-bye', ['SIP;cause=410;text="joined elsewhere"'], true]);
    expect([second.dialog.ended, bo.dialog.ended]).toEqual([undefined, undefined]);
    expect(await stage.names('tea')).toEqual(['bo', 'ana']);
  });

  it('leaves one of two tabs that come at the same moment', async () => {
    const answers = await stage.clock.until(Promise.all([stage.call('tea', 'ana').answered, stage.call('tea', 'ana').answered]));
    await stage.clock.advance(100);
    expect(answers.map(({ dialog }) => dialog.ended)).toEqual(['remote-bye', undefined]);
    expect(await stage.names('tea')).toEqual(['ana']);
  });

  it('keeps who is inside when his other tab fails to come in', async () => {
    const first = await stage.join('tea', 'ana');
    expect((await stage.refused('tea', 'ana', { body: 'bad' })).status).toBe(400);
    expect([first.dialog.ended, await stage.names('tea')]).toEqual([undefined, ['ana']]);
  });

  it('frees the place of who leaves, at once, and the room with the last (seeds 0.18, 2.15)', async () => {
    const [ana, bo] = [await stage.join('tea', 'ana'), await stage.join('tea', 'bo')];
    await bo.leave();
    expect([bo.media.closed, stage.focus.members]).toEqual([true, 1]);
    expect(await stage.names('tea')).toEqual(['ana']);
    await ana.leave();
    await stage.clock.advance(10);
    expect([stage.focus.members, stage.focus.rooms, stage.forwarding.rooms.get('tea')?.closed]).toEqual([0, 0, true]);
    expect((await stage.join('tea', 'cy')).response.headers.get('Sipcast-Room')).toBe('member=m1;event=created');
  });

  it('says BYE to who has vanished, and the others hear of it (seeds 0.18, 1.12, 2.20)', async () => {
    const [, bo] = [await stage.join('tea', 'ana'), await stage.join('tea', 'bo')];
    const { states } = await stage.watch('tea');
    bo.media.vanish('no consent for 6 s');
    await stage.clock.advance(200);
    expect([bo.dialog.ended, bo.reasons]).toEqual(['remote-bye', ['SIP;cause=408;text="no consent for 6 s"']]);
    expect(states.at(-1)?.members.map(({ name }) => name)).toEqual(['ana']);
    expect(stage.focus.members).toBe(1);
  });

  it('says in its BYE why the media of a member never came up, who had his answer', async () => {
    const { media, reasons } = await stage.join('tea', 'ana');
    expect(media.deliveries).toBe(1);
    const checks = { received: 0, from: [], sent: 0, answered: 0 };
    media.vanish('the member never connected', { id: 'no-udp', sentence: 'No UDP arrived.', report: { who: 'the member', offered: [], answered: [], checks, nominated: false, dtls: 'not-begun' } });
    await stage.clock.advance(200);
    expect(reasons).toEqual(['SIP;cause=408;text="no-udp: No UDP arrived."']);
  });

  it('frees the place of one whose front is gone for good (seed 2.20)', async () => {
    await stage.join('tea', 'ana');
    await stage.front.layer.close();
    await stage.clock.advance(3_600_000);
    expect([stage.focus.members, stage.focus.rooms]).toEqual([0, 0]);
  });

  it('gives up a member who vanishes before his call is answered or acknowledged', async () => {
    let release: () => void = () => undefined;
    await stage.join('tea', 'ana');
    const room = stage.forwarding.rooms.get('tea')!;
    room.held = new Promise((resolve) => (release = resolve));
    const call = stage.call('tea', 'bo');
    const outcome = call.answered.catch((error: unknown) => error);
    await stage.clock.advance(100);
    expect(stage.focus.members).toBe(2);
    call.cancel();
    await stage.clock.advance(100);
    release();
    await stage.clock.until(outcome);
    await stage.clock.advance(100);
    expect([stage.focus.members, room.members.at(-1)?.closed]).toEqual([1, true]);
  });

  it('says BYE to all with a reason when it stops, and lets nobody in any more', async () => {
    const [ana, bo] = [await stage.join('tea', 'ana'), await stage.join('other', 'bo')];
    const { subscription } = await stage.watch('tea');
    await stage.clock.until(stage.focus.endSubscriptions());
    expect(subscription.terminated).toBe('noresource');
    expect((await stage.refused('tea', 'cy')).status).toBe(503);
    stage.focus.close();
    await stage.clock.until(stage.agent.close());
    expect([ana.reasons, bo.reasons]).toEqual([['SIP;cause=503;text="stopping"'], ['SIP;cause=503;text="stopping"']]);
    expect(stage.focus.members).toBe(0);
  });

  it('takes as many members as it is told, in all rooms, and leaves the next to another process (seed 2.23)', async () => {
    stage = new RoomStage({ maxMembers: 2 });
    await stage.join('a', 'ana');
    await stage.join('b', 'bo');
    const response = await stage.refused('c', 'cy');
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '10']);
    expect(stage.focus.rooms).toBe(2);
  });

  it('calls who has no name a guest, each another (seed 2.13)', async () => {
    await stage.join('tea', '', { from: 'sip:example.com' });
    await stage.join('tea', '', { from: 'sip:example.com' });
    expect(await stage.names('tea')).toEqual(['guest 1', 'guest 2']);
  });

  it.each<[string, number, Parameters<RoomStage['refused']>[2]]>([
    ['no offer', 400, { body: '' }],
    ['an offer that is none', 400, { body: 'bad' }],
    ['an offer of another kind', 415, { contentType: 'text/plain' }],
    ['an offer that cannot be taken', 488, { body: 'strange' }],
    ['a fault of ours', 500, { body: 'bug' }],
    ['a room header that is none', 400, { terms: 'title=' }],
    ['a room for one', 400, { terms: 'max=1' }],
    ['a room for no number', 400, { terms: 'max=many' }],
    ['a title of 201 characters', 400, { terms: `title="${'x'.repeat(201)}"` }],
    ['a name of 65 characters', 400, { from: `sip:${'x'.repeat(65)}@example.com` }],
    ['a name that turns what follows', 400, { from: `sip:${encodeURIComponent('\u202Eana')}@example.com` }],
  ])('refuses %s with %i, and keeps no place for it', async (_, status, options) => {
    expect((await stage.refused('tea', 'ana', options)).status).toBe(status);
    expect([stage.focus.members, stage.focus.rooms]).toEqual([0, 0]);
  });

  it('takes names with spaces, accents and HTML as they are (seed 4.22)', async () => {
    const names = ['José Ángel', '<script>alert(1)</script>', '"a" & b'];
    for (const name of names) await stage.join('tea', name);
    expect(await stage.names('tea')).toEqual(names);
  });

  it('is not there for a name that is no room’s', async () => {
    const { front, clock } = stage;
    const invite = front.createRequest('INVITE', 'sip:bo@10.0.0.9:5060', { from: 'sip:ana@example.com', body: 'v=0\r\n', contentType: 'application/sdp' });
    await expect(clock.until(front.invite(invite).answered)).rejects.toMatchObject({ status: 404 });
  });
});
