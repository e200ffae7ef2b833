import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SipRequest } from '../../../../shared/sip/index.ts';
import { callOffer } from '../../../support/front/call-sdp.ts';
import { Town, TOWN_DAEMON } from '../../../support/front/town.ts';
import type { ScriptedPage, TownFront } from '../../../support/front/town.ts';

const SECOND = 1_000;

let town: Town;
let here: TownFront;
let there: TownFront;

beforeEach(() => {
  town = new Town();
  here = town.front();
  there = town.front();
});
afterEach(() => town.close());

function namesTold(page: ScriptedPage): string[] {
  return ((page.last('people')?.['people'] ?? []) as { name: string }[]).map(({ name }) => name);
}

function registers(name: string): SipRequest[] {
  return town.sent('REGISTER').flatMap(({ request }) => (request.to.parsedUri().user === name ? [request] : []));
}

describe('being online', () => {
  it('is told to everybody but oneself, on every front: who comes, who is renamed and who goes (seeds 0.1, 0.3)', async () => {
    const ana = await here.page('ana');
    const bo = await there.page('bo');
    await town.clock.advance(SECOND);
    expect([namesTold(ana), namesTold(bo)]).toEqual([['bo'], ['ana']]);
    there.rename(bo.viewer, 'Böö <b>');
    await town.clock.advance(SECOND);
    expect(namesTold(ana)).toEqual(['Böö <b>']);
    bo.close();
    await town.clock.advance(5 * SECOND);
    expect(namesTold(ana)).toEqual([]);
  });

  it('is told at once to a page that is opened later', async () => {
    await here.page('ana');
    await town.clock.advance(SECOND);
    const late = await here.page('late');
    expect(namesTold(late)).toEqual(['ana']);
  });

  it('is a registration by SIP as a person, at front’s own socket', async () => {
    await here.page('Ünal 😀');
    const [register] = registers('Ünal 😀');
    expect(register?.bodyText()).toBe('{"kind":"person"}');
    expect(register?.contentType).toBe('application/json');
    expect(register?.headers.get('Contact')).toMatch(/^<sip:%C3%9Cnal%20%F0%9F%98%80@10\.0\.0\.2:5060;p=[0-9a-f]+>$/);
  });

  it('lasts while a page is open, also when one is loaded anew, and for hours', async () => {
    const first = await here.page('ana');
    const other = await there.page('bo');
    await town.clock.advance(3_600 * SECOND);
    expect(namesTold(other)).toEqual(['ana']);
    first.close();
    await town.clock.advance(2 * SECOND);
    await here.page('ana');
    await town.clock.advance(10 * SECOND);
    expect(registers('ana').every(({ expires }) => expires !== 0)).toBe(true);
    expect(new Set(registers('ana').map(({ callId }) => callId)).size).toBe(1);
  });

  it('says who is busy (seed 0.6)', async () => {
    const ana = await here.page('ana');
    const bo = await there.page('bo');
    const watcher = await here.page('watcher');
    const { call } = await ana.ask('call', { to: 'bo', sdp: callOffer() });
    await bo.ask('accept', { call, sdp: callOffer() });
    await town.clock.advance(2 * SECOND);
    expect(watcher.last('people')?.['people']).toEqual([{ name: 'ana', busy: true }, { name: 'bo', busy: true }]);
    await bo.ask('hang-up', { call });
    await town.clock.advance(2 * SECOND);
    expect(watcher.last('people')?.['people']).toEqual([{ name: 'ana', busy: false }, { name: 'bo', busy: false }]);
  });

  it('is waited for by who speaks as soon as his page is open, and not for ever', async () => {
    await there.page('bo');
    const viewer = (await here.page('ana')).viewer;
    here.rename(viewer, 'Ana B');
    const page = await here.page('Ana B');
    page.begin('say', { person: 'bo', text: 'at once' });
    await town.stopDaemon();
    const late = await here.page('late');
    const asked = town.clock.now();
    expect(await late.ask('say', { person: 'bo', text: 'hello' })).toMatchObject({ error: 'signaling-silent' });
    expect(town.clock.now() - asked).toBeLessThan(6 * SECOND);
  });

  it('of a page that goes while it waits leaves nothing behind', async () => {
    const bo = await there.page('bo');
    await here.page('ana');
    const viewer = here.viewers.get('ana');
    if (viewer) here.rename(viewer, 'Ana B');
    const page = await here.page('Ana B', 0);
    page.begin('call', { to: 'bo', sdp: callOffer() });
    page.close();
    await town.clock.advance(SECOND);
    expect(bo.of('invited')).toEqual([]);
    expect(here.company.calls.size).toBe(0);
  });

  it('is not to be had by a name that another front’s person has: he is told, and told when that is over', async () => {
    const first = await here.page('ana');
    const second = await there.page('ana');
    await town.clock.advance(SECOND);
    expect(second.last('unreachable')).toMatchObject({ type: 'unreachable' });
    expect(first.of('unreachable')).toEqual([]);
    // He could be taken for her.
    for (const [type, body] of [['call', { to: 'bo', sdp: callOffer() }], ['say', { person: 'bo', text: 'it is me' }], ['join', { room: 'adhoc-aaaaaaaaaaaaaaaaaaaaaa', sdp: callOffer() }]] as const) {
      expect(await second.ask(type, body)).toMatchObject({ error: 'unreachable' });
    }
    const third = await there.page('ana');
    expect(third.of('unreachable')).toHaveLength(1);
    first.close();
    await town.clock.advance(60 * SECOND);
    expect(second.last('reachable')).toEqual({ type: 'reachable' });
    expect(await second.ask('say', { person: 'bo', text: 'it is me' })).toMatchObject({ error: 'unknown-person' });
  });

  it('comes back within seconds when the daemon was restarted, without all registering at once', async () => {
    const names = Array.from({ length: 200 }, (_, number) => `person ${number}`);
    const pages = await Promise.all(names.map((name) => here.page(name)));
    await town.clock.advance(2 * SECOND);
    const before = town.sent('REGISTER').length;
    const restarted = town.clock.now();
    await town.restartDaemon();
    await town.clock.advance(20 * SECOND);
    const again = town.sent('REGISTER').slice(before).filter(({ at }) => at < restarted + 10 * SECOND);
    expect(new Set(again.map(({ request }) => request.to.uri)).size).toBe(200);
    const inTheFirstTenth = again.filter(({ at }) => at < (again[0]?.at ?? 0) + 100);
    expect(inTheFirstTenth.length).toBeLessThan(120);
    expect(namesTold(pages[0]!)).toHaveLength(199);
  });

  it('ends for all when the server stops', async () => {
    await Promise.all(['ana', 'bo', 'cleo'].map((name) => here.page(name)));
    const other = await there.page('other');
    await town.clock.until(here.company.close());
    await town.clock.advance(2 * SECOND);
    expect(namesTold(other)).toEqual([]);
  });

  it('survives a daemon that is away and returns', async () => {
    const ana = await here.page('ana');
    await town.stopDaemon();
    const bo = await there.page('bo');
    await town.clock.advance(100 * SECOND);
    expect(await ana.ask('call', { to: 'bo', sdp: callOffer() })).toMatchObject({ type: 'reply' });
    await town.clock.advance(12 * SECOND);
    expect(ana.last('ended')).toMatchObject({ reason: 'away' });
    town.startDaemon();
    await town.clock.advance(60 * SECOND);
    expect([namesTold(ana), namesTold(bo)]).toEqual([['bo'], ['ana']]);
  });
});

describe('a person', () => {
  it('is reached by way of the daemon alone', async () => {
    await here.page('ana');
    const stranger = town.agent();
    for (const method of ['MESSAGE', 'INVITE']) {
      const request = stranger.createRequest(method, 'sip:ana@10.0.0.2:5060', { from: 'sip:boss@10.0.0.1', body: method === 'INVITE' ? callOffer() : 'hello', contentType: method === 'INVITE' ? 'application/sdp' : 'text/plain' });
      if (method === 'MESSAGE') expect((await town.clock.until(stranger.request(request))).status).toBe(404);
      else await expect(town.clock.until(stranger.invite(request).answered)).rejects.toMatchObject({ status: 404 });
    }
    const message = stranger.createRequest('MESSAGE', 'sip:ana@10.0.0.1', { from: 'sip:boss@10.0.0.1', body: 'hello', contentType: 'text/plain' });
    expect((await town.clock.until(stranger.request(message, { nextHop: TOWN_DAEMON }))).status).toBe(200);
  });
});
