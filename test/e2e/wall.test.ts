/** The wall follows who streams and who does not, without being loaded again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

describe.skipIf(lacks(...BROWSERS, 'ffmpeg'))('the wall', () => {
  let system: System;
  const launched: LaunchedBrowser[] = [];

  beforeAll(async () => {
    system = await startSystem({ streamers: [{ name: 'one' }, { name: 'two' }] });
    for (const kind of BROWSERS) launched.push(await launchBrowser(kind));
  });
  afterAll(async () => {
    for (const { close } of launched) await close();
    await system.stop();
  });

  it('shows who comes and goes, live, in both browsers (seeds 4.6, 4.10)', async () => {
    const viewers = await Promise.all(launched.map(({ browser }) => ViewerPage.open(browser, system.url)));
    await Promise.all(viewers.map((viewer, index) => viewer.signIn(`viewer ${index}`)));
    await Promise.all(viewers.map((viewer) => viewer.card('two')));
    await system.streamer('two').stop();
    await Promise.all(viewers.map((viewer) => viewer.cardGone('two')));
    await system.streamer('two').start();
    const cards = await Promise.all(viewers.map((viewer) => viewer.card('two')));
    expect(cards.map(({ title }) => title)).toEqual(['two', 'two']);
    await system.streamer('one').stop();
    await system.streamer('two').stop();
    await Promise.all(viewers.map(async (viewer) => {
      await viewer.cardGone('one');
      await viewer.cardGone('two');
      expect(await viewer.streamers()).toEqual([]);
    }));
    await Promise.all(viewers.map((viewer) => viewer.close()));
  });

  it('shows names with markup and accents as they are', async () => {
    await system.streamer('one').start();
    const [browser] = launched;
    const viewer = await ViewerPage.open(browser!.browser, system.url);
    const name = '<b>Zoë</b> & "co" 漢字';
    await viewer.signIn(name);
    await viewer.card('one');
    expect(await viewer.page.evaluate(() => sipcast?.session().name)).toBe(name);
    expect(await viewer.page.$$eval('b', (bold) => bold.length)).toBe(0);
    await viewer.close();
  });
});
