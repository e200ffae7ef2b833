/** The operator's page in Chromium and in Firefox, against the running services: what runs, and the end of a session. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { LobbyPage } from '../support/browsers/lobby-page.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const BOSS = { first: 'The', last: 'Boss', email: 'boss@example.org', password: 'correct horse' };

describe.skipIf(lacks(...BROWSERS))('an operator', () => {
  let system: System;
  let launched: LaunchedBrowser;
  const opened: LobbyPage[] = [];

  beforeAll(async () => {
    system = await startSystem({ streamers: [{ name: 'film', file: join(repository, 'data', 'sample.webm') }], frontArgs: ['--operators', BOSS.email] });
    await system.streamer('film').process.child.log.waitFor(({ text }) => text.includes('registered as'));
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
    await launched.close();
  });
  afterAll(() => system.stop());

  async function open(hash: string): Promise<LobbyPage> {
    const page = await LobbyPage.open(launched.browser, system.url, hash);
    opened.push(page);
    return page;
  }

  it.each(BROWSERS)('in %s sees who watches what, and ends it: the viewer is told, and begins nothing anew', async (kind) => {
    launched = await launchBrowser(kind);
    const name = `Viewer ${kind}`;
    const watching = await open('#/');
    await watching.viewer.signIn(name);
    await watching.viewer.choose('film');
    await watching.viewer.plays(5);

    const operator = await open('#/sign-in?next=%23%2Fadmin');
    if (kind === 'chromium') await operator.createAccount(BOSS);
    else await operator.signInWith(BOSS);
    await operator.page.waitForSelector('[data-part="streamers"] tr[data-streamer="film"]');
    await operator.page.waitForSelector('[data-part="rooms"]');
    const row = await operator.page.waitForSelector('[data-part="sessions"] tr[data-session]');
    expect(await row?.evaluate(({ textContent }) => textContent)).toContain(name);
    expect(await operator.page.$eval('[data-figure="watching"] .admin-figure', ({ textContent }) => textContent)).toBe('1');
    expect(await operator.page.$eval('[data-figure="signaling"] .admin-figure', ({ textContent }) => textContent)).toBe('up');

    await operator.press('[data-part="sessions"] tr[data-session] button');
    await watching.page.waitForSelector('[data-failure="ended-by-operator"]');
    await operator.page.waitForFunction(() => document.querySelector('tr[data-session]') === null);
    // His page would have begun anew before the list says that nobody watches any more.
    await watching.viewer.viewersReach('film', 0);
    expect(await watching.page.$('[data-failure="ended-by-operator"]')).not.toBeNull();
    await watching.press('[data-failure="ended-by-operator"] button');
    await watching.viewer.plays(5);
  });
});
