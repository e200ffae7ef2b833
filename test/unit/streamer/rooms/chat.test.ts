import { beforeEach, describe, expect, it } from 'vitest';
import { CPIM_TYPE } from '../../../../shared/cpim/cpim.ts';
import { RoomStage, type Guest } from '../../../support/streamer/room-stage.ts';

describe('What is said in a room', () => {
  let stage: RoomStage;
  let ana: Guest;
  let bo: Guest;
  let cy: Guest;

  beforeEach(async () => {
    stage = new RoomStage();
    [ana, bo, cy] = [await stage.join('tea', 'ana'), await stage.join('tea', 'bo'), await stage.join('tea', 'cy')];
    for (const guest of [ana, bo, cy]) guest.texts.length = 0;
  });

  const heard = (): string[][] => [ana, bo, cy].map(({ texts }) => texts.map(({ text }) => text));

  it('reaches everyone else, with who said it, when, and to whom (seeds 0.16, 2.10)', async () => {
    expect((await ana.say('Hello\n\nall 😀')).status).toBe(200);
    expect((await ana.say('again', { to: 'sip:room-tea@example.com' })).status).toBe(200);
    expect(heard()).toEqual([[], ['Hello\n\nall 😀', 'again'], ['Hello\n\nall 😀', 'again']]);
    expect(bo.texts[0]).toMatchObject({ from: 'sip:ana@example.com', to: 'sip:room-tea@example.com', contentType: 'text/plain' });
    expect(bo.texts[0]?.dateTime).toMatch(/^2030-01-01T00:00:\d\d\.\d{3}Z$/);
  });

  it('to one reaches him alone (seeds 2.10, 3.15)', async () => {
    await ana.say('between us', { to: 'sip:cy@example.com' });
    expect(heard()).toEqual([[], [], ['between us']]);
    expect(cy.texts[0]?.to).toBe('sip:cy@example.com');
  });

  it('goes by the name that one has now (seed 2.12)', async () => {
    await cy.info({ name: 'Cyrus <b>' });
    await cy.say('I am new');
    expect(bo.texts.at(-1)?.from).toBe('sip:Cyrus%20%3Cb%3E@example.com');
    expect((await ana.say('x', { to: 'sip:cy@example.com' })).status).toBe(404);
    expect((await ana.say('y', { to: 'sip:Cyrus%20%3cb%3e@example.com' })).status).toBe(200);
  });

  it.each<[string, number, string, { from?: string; to?: string }?]>([
    ['nothing', 400, ''],
    ['blanks', 400, ' \n\t '],
    ['2,001 characters', 413, '😀'.repeat(2001)],
    ['an unknown receiver', 404, 'x', { to: 'sip:di@example.com' }],
    ['oneself', 404, 'x', { to: 'sip:ana@example.com' }],
    ['a receiver in another room', 404, 'x', { to: 'sip:room-other@example.com' }],
    ['a receiver who is none', 400, 'x', { to: 'sip:example.com' }],
    ['a receiver that is no URI', 400, 'x', { to: '%%%' }],
    ['another’s name as one’s own', 403, 'x', { from: 'sip:bo@example.com' }],
    ['the room’s name as one’s own', 403, 'x', { from: 'sip:room-tea@example.com' }],
  ])('is refused: %s, with %i, and reaches nobody (seeds 0.16, 2.16, 2.17, 2.18)', async (_, status, text, options) => {
    expect((await ana.say(text, options)).status).toBe(status);
    await stage.clock.advance(100);
    expect(heard()).toEqual([[], [], []]);
    expect(ana.dialog.ended).toBeUndefined();
  });

  it('may have 2,000 characters, of any kind', async () => {
    expect((await ana.say('😀'.repeat(2000))).status).toBe(200);
    expect(bo.texts[0]?.text).toBe('😀'.repeat(2000));
  });

  it.each<[string, number, string, string]>([
    ['plain text', 415, 'text/plain', 'hello'],
    ['HTML inside CPIM', 415, CPIM_TYPE, 'From: <sip:ana@x>\r\n\r\nContent-Type: text/html\r\n\r\n<b>'],
    ['half a CPIM message', 400, CPIM_TYPE, 'From: <sip:ana@x>'],
    ['17 kB', 413, CPIM_TYPE, `From: <sip:ana@x>\r\n\r\nContent-Type: text/plain\r\n\r\n${'x'.repeat(17_000)}`],
    ['no UTF-8', 400, CPIM_TYPE, '\u0000\u0001'],
  ])('is refused as %s, with %i (seed 2.16)', async (_, status, contentType, body) => {
    expect((await ana.request('MESSAGE', { body, contentType })).status).toBe(status);
    expect(heard()).toEqual([[], [], []]);
  });

  it('is refused with 503 and Retry-After after ten within five seconds, and the others go on', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 30; index++) statuses.push((await ana.say(`text ${index}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), ...Array.from({ length: 20 }, () => 503)]);
    const refused = await ana.say('more');
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await bo.say('and I')).status).toBe(200);
    await stage.clock.advance(5000);
    expect((await ana.say('now')).status).toBe(200);
    expect(cy.texts).toHaveLength(12);
  });

  it('from outside any dialog is refused, of members and of strangers', async () => {
    const { front, clock } = stage;
    const message = (method: string): Promise<number> =>
      clock.until(front.request(front.createRequest(method, 'sip:room-tea@10.0.0.9:5060', { from: 'sip:ana@example.com', body: 'x', contentType: 'text/plain' }))).then(({ status }) => status);
    expect([await message('MESSAGE'), await message('INFO'), await message('PUBLISH')]).toEqual([403, 481, 405]);
    expect(heard()).toEqual([[], [], []]);
  });

  it('comes in the order in which it was said, to each, and waits for nobody who is slow', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: string[] = [];
    cy.dialog.onRequest('MESSAGE', async (incoming) => {
      await held;
      slow.push(incoming.request.body.toString('utf8').split('\r\n').at(-1) ?? '');
      incoming.reply(200);
    });
    for (let index = 0; index < 5; index++) await ana.say(`text ${index}`);
    expect(bo.texts).toHaveLength(5);
    release();
    await stage.clock.advance(200);
    expect(slow).toEqual(['text 0', 'text 1', 'text 2', 'text 3', 'text 4']);
  });

  it('is sent once more to a member who had trouble of a moment', async () => {
    let count = 0;
    bo.dialog.onRequest('MESSAGE', (incoming) => incoming.reply(++count === 1 ? 500 : 200));
    await ana.say('hello');
    await stage.clock.advance(100);
    expect(count).toBe(2);
  });
});
