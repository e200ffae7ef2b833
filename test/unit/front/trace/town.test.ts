import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Town } from '../../../support/front/town.ts';
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

const lines = (page: ScriptedPage): string[] =>
  page.of('trace').flatMap(({ messages }) => (messages as { raw: string; lost?: true }[]).map(({ raw, lost }) => `${lost ? '✕ ' : ''}${raw.split('\r\n', 1)[0]!.split(' ').slice(0, 2).join(' ')}`));

describe('reading along, through front and daemon', () => {
  it('shows what others do, without what they write', async () => {
    await town.clock.advance(200);
    expect(await ana.ask('trace', { ticket: front.company.trace.tickets.issue() })).toMatchObject({ type: 'reply', messages: [], parties: {}, live: false });
    await town.clock.advance(200);
    const bo = await front.page('bo');
    await town.clock.advance(200);
    await bo.ask('say', { person: 'ana', text: 'dinner at eight' });
    await town.clock.advance(500);
    expect(lines(ana).map((line) => line.split('@', 1)[0])).toEqual(['REGISTER sip:10.0.0.1', 'SIP/2.0 200', 'NOTIFY sip:10.0.0.2:5060', 'SIP/2.0 200', 'MESSAGE sip:ana', 'MESSAGE sip:ana', 'SIP/2.0 200', 'SIP/2.0 200']);
    const text = JSON.stringify(ana.of('trace'));
    expect(text).not.toMatch(/dinner|;p=[^*]/);
    expect(text).toContain('"10.0.0.2:5060":{"name":"front","kind":"front"}');
  });

  it('goes on after the daemon was restarted, and ends when the page no longer wants it', async () => {
    await ana.ask('trace', { ticket: front.company.trace.tickets.issue() });
    await town.restartDaemon();
    await town.clock.advance(3_000);
    ana.told.length = 0;
    await front.page('bo');
    await town.clock.advance(500);
    expect(lines(ana)).toContain('REGISTER sip:10.0.0.1');
    await ana.ask('trace');
    ana.told.length = 0;
    await front.page('cy');
    await town.clock.advance(10_000);
    expect(lines(ana)).toEqual([]);
    expect(town.sent('SUBSCRIBE').at(-1)?.request.expires).toBe(0);
  });

  it('lets a datagram be lost, and shows how SIP bears that', async () => {
    expect(await ana.ask('lose')).toMatchObject({ type: 'error', error: 'operators-only' });
    await ana.ask('trace', { ticket: front.company.trace.tickets.issue() });
    await town.clock.advance(200);
    expect(await ana.ask('lose')).toMatchObject({ type: 'reply' });
    await front.page('bo');
    await town.clock.advance(2_000);
    const register = lines(ana).slice(0, 4);
    expect(register.filter((line) => line.startsWith('REGISTER')).length + lines(ana).filter((line) => line.startsWith('✕')).length).toBeGreaterThan(1);
    expect(lines(ana).filter((line) => line.startsWith('✕'))).toHaveLength(1);
  });

  it('is for who has a ticket', async () => {
    expect(await ana.ask('trace', { ticket: 'x' })).toMatchObject({ type: 'error', error: 'operators-only' });
    expect(await ana.ask('trace', { ticket: 7 })).toMatchObject({ type: 'error', error: 'bad-message' });
    await town.clock.advance(1_000);
    expect(town.sent('SUBSCRIBE').filter(({ request }) => request.headers.get('Event') === 'trace')).toEqual([]);
  });
});
