/** Where browsers reach nobody by themselves, media goes by way of a real TURN server, as an operator sets it: calls, and what one watches. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { MeetingPage } from '../support/browsers/meeting-page.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';
import { startCoturn } from '../support/turn/coturn.ts';
import type { Coturn } from '../support/turn/coturn.ts';

/** The page then has no other way. */
const BY_RELAY_ONLY = '?relay=only#/people';

describe.skipIf(lacks('chromium', 'firefox', 'turnserver'))('a call between Chromium and Firefox through a TURN server', () => {
  let turn: Coturn;
  let system: System;
  let chromium: LaunchedBrowser;
  let firefox: LaunchedBrowser;
  let ana: MeetingPage;
  let bo: MeetingPage;

  beforeAll(async () => {
    turn = await startCoturn();
    [system, chromium, firefox] = await Promise.all([
      startSystem({ streamers: [{ name: 'cam', file: join(repository, 'data/sample.webm'), args: ['--media-host', '127.0.0.1'] }], env: { SIPCAST_ICE_SERVERS: turn.iceServer } }),
      launchBrowser('chromium', { fakeDevices: true }),
      launchBrowser('firefox', { fakeDevices: true }),
    ]);
    ana = await MeetingPage.open(chromium.browser, system.url, 'Ana', BY_RELAY_ONLY);
    bo = await MeetingPage.open(firefox.browser, system.url, 'Bo', BY_RELAY_ONLY);
  });
  afterAll(async () => {
    await chromium.close();
    await firefox.close();
    await system.stop();
    await turn.stop();
  });

  it.each(['Chromium', 'Firefox'])('from %s: both see and hear each other, by relayed candidates on both sides (seeds 1.14, 2.21)', async (from) => {
    const [caller, called] = from === 'Chromium' ? [ana, bo] : [bo, ana];
    await caller.call(called.name);
    await called.answer(caller.name, 'accept');
    await Promise.all([caller.phase('call', 'talking'), called.phase('call', 'talking')]);
    const [toCaller, toCalled] = await Promise.all([caller.receives(called.name), called.receives(caller.name)]);
    for (const { framesDecoded, audioEnergy } of [toCaller, toCalled]) {
      expect(framesDecoded).toBeGreaterThan(0);
      expect(audioEnergy).toBeGreaterThan(0);
    }
    expect(await caller.path()).toEqual({ local: 'relay', remote: 'relay' });
    expect(await called.path()).toEqual({ local: 'relay', remote: 'relay' });
    await caller.press('leave');
    await Promise.all([caller.nothing(), called.nothing()]);
  });

  it.each(['Chromium', 'Firefox'])('a streamer is watched by way of it in %s, where the page has no other', async (kind) => {
    const { page, viewer } = kind === 'Chromium' ? ana : bo;
    await page.evaluate(() => void (location.hash = '#/watch/cam'));
    expect((await viewer.plays(5)).framesDecoded).toBeGreaterThan(0);
    await page.evaluate(() => void (location.hash = '#/people'));
  });

  it('leaves nothing on any terminal or console that looks like an error, and no password in a log', () => {
    expect(system.complaints()).toEqual([]);
    expect([ana, bo].flatMap(({ viewer }) => viewer.complaints)).toEqual([]);
    const [, password = ''] = /:([^:@]+)@/.exec(turn.iceServer) ?? [];
    for (const { process } of system.parts) expect(process.child.log.toString()).not.toContain(password);
  });
});
