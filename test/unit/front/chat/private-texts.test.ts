import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Town, TOWN_DAEMON, TOWN_EPOCH_MS } from '../../../support/front/town.ts';
import type { ScriptedPage, TownFront } from '../../../support/front/town.ts';

const SECOND = 1_000;

let town: Town;
let here: TownFront;
let there: TownFront;
let ana: ScriptedPage;
let bo: ScriptedPage;

beforeEach(async () => {
  town = new Town();
  here = town.front();
  there = town.front();
  ana = await here.page('ana');
  bo = await there.page('bo');
});
afterEach(() => town.close());

describe('a text to a person', () => {
  it('carries from, time and text, and goes to that one alone (seeds 2.10, 3.15)', async () => {
    const cleo = await there.page('cleo');
    const second = await there.page('bo');
    const text = 'Grüße <b>\n🙂 "quoted"';
    expect(await ana.ask('say', { person: 'bo', text })).toMatchObject({ type: 'reply' });
    for (const page of [bo, second]) expect(page.of('text')).toEqual([{ type: 'text', from: 'ana', to: 'bo', time: expect.any(String) as string, text, private: true }]);
    expect(Math.abs(Date.parse(String(bo.last('text')?.['time'])) - TOWN_EPOCH_MS - town.clock.now())).toBeLessThan(SECOND);
    expect(cleo.of('text')).toEqual([]);
  });

  it('that says nothing is refused, one that is too long as well, and to nobody (seeds 0.16, 2.17)', async () => {
    for (const text of ['', '   ', '\n\t', '\u202E', '\0\0']) expect(await ana.ask('say', { person: 'bo', text })).toMatchObject({ error: 'empty-text' });
    expect(await ana.ask('say', { person: 'bo', text: 'x'.repeat(2_001) })).toMatchObject({ error: 'too-large' });
    expect(await ana.ask('say', { person: 'bo', text: 'x'.repeat(9_000) })).toMatchObject({ error: 'bad-message' });
    expect(await ana.ask('say', { person: 'nobody', text: 'hello' })).toMatchObject({ error: 'unknown-person' });
    expect(await ana.ask('say', { text: 'hello' })).toMatchObject({ error: 'bad-message' });
    expect(bo.of('text')).toEqual([]);
    expect(await ana.ask('say', { person: 'bo', text: '🙂'.repeat(2_000) })).toMatchObject({ type: 'reply' });
  });

  it('comes ten times in five seconds and no more', async () => {
    const answers: unknown[] = [];
    for (let number = 0; number < 12; number++) answers.push((await ana.ask('say', { person: 'bo', text: `${number}` }))['error']);
    expect(answers).toEqual([...Array.from({ length: 10 }, () => undefined), 'too-many-requests', 'too-many-requests']);
    await town.clock.advance(5 * SECOND);
    expect(await ana.ask('say', { person: 'bo', text: 'again' })).toMatchObject({ type: 'reply' });
    expect(bo.of('text')).toHaveLength(11);
  });

  it('of strangers is bounded where it is read, and without what hides or turns text', async () => {
    const stranger = town.agent();
    const send = (body: string, contentType = 'text/plain') =>
      town.clock.until(stranger.request(stranger.createRequest('MESSAGE', 'sip:bo@10.0.0.1', { from: 'sip:x@10.0.0.1', body, contentType }), { nextHop: TOWN_DAEMON }));
    expect((await send('a\u202Eb\0c')).status).toBe(200);
    expect(bo.last('text')).toMatchObject({ from: 'x', text: 'abc' });
    expect((await send('')).status).toBe(400);
    expect((await send('x'.repeat(2_001))).status).toBe(413);
    expect((await send('<b>', 'text/html')).status).toBe(415);
    const statuses: number[] = [];
    for (let number = 0; number < 80; number++) statuses.push((await send('flood')).status);
    expect(statuses).toContain(503);
    expect(bo.of('text').length).toBeLessThanOrEqual(61);
  });
});
