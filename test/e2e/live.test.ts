/** Going live in the page: one browser publishes camera and microphone, another watches, through all services. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser, type BrowserKind, type LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { startSystem, type System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

describe.skipIf(lacks(...BROWSERS))('who goes live', () => {
  let system: System;
  let browsers: Record<BrowserKind, LaunchedBrowser>;

  beforeAll(async () => {
    const [started, chromium, firefox] = await Promise.all([startSystem({ streamers: [], ingests: ['ingest'] }), launchBrowser('chromium', { fakeDevices: true }), launchBrowser('firefox', { fakeDevices: true })]);
    system = started;
    browsers = { chromium, firefox };
  });
  afterAll(async () => {
    await browsers.chromium.close();
    await browsers.firefox.close();
    await system.stop();
  });

  const open = async (kind: BrowserKind, name: string): Promise<ViewerPage> => {
    const page = await ViewerPage.open(browsers[kind].browser, system.url);
    await page.signIn(name);
    return page;
  };

  /** From the wall on, by what the page offers. */
  async function goLive(page: ViewerPage, title: string): Promise<void> {
    await page.page.waitForSelector('[data-go-live]');
    await page.page.click('[data-go-live]');
    const field = await page.page.waitForSelector('input[name=stream-title]');
    await field?.type(title);
    await page.page.waitForSelector('[data-command=go-live]:not([aria-disabled=true])');
    await page.page.click('[data-command=go-live]');
    await page.page.waitForFunction(() => ['live', 'off'].includes(sipcast?.live.state().phase ?? '') && sipcast?.live.state().phase !== undefined);
    expect(await page.page.evaluate(() => sipcast?.live.state())).toMatchObject({ phase: 'live' });
  }

  it.each([
    ['chromium', 'firefox', 'ana', 'bo'],
    ['firefox', 'chromium', 'cy', 'di'],
  ] as const)('in %s is seen and heard in %s, is told how it goes, and is gone when he stops or closes the page', async (from, to, name, other) => {
    const [publisher, viewer] = [await open(from, name), await open(to, other)];
    const stream = `${name} live`;
    await goLive(publisher, 'Tea at five');
    expect((await viewer.card(stream)).title).toBe('Tea at five');
    await viewer.choose(stream);
    const { totalAudioEnergy, width } = await viewer.plays();
    expect(width).toBeGreaterThan(0);
    await viewer.statsReach('totalAudioEnergy', totalAudioEnergy);
    expect((await viewer.picture()).brightness).toBeGreaterThan(10);
    await publisher.page.waitForFunction(() => (sipcast?.live.figures()?.bitsPerSecond ?? 0) > 50_000 && (sipcast?.live.figures()?.width ?? 0) > 0);
    await publisher.page.waitForFunction(() => document.querySelector('.live-figures dd')?.textContent === '1');
    // Elsewhere in the page he stays live.
    await publisher.page.click('a.brand');
    await publisher.page.waitForSelector('.go-live-on');
    if (from === 'chromium') {
      await publisher.page.click('.go-live-on');
      await publisher.page.waitForSelector('[data-command=stop-live]');
      await publisher.page.click('[data-command=stop-live]');
      await publisher.page.waitForFunction(() => sipcast?.live.state().phase === 'off');
    } else await publisher.close();
    await viewer.page.waitForFunction(() => sipcast?.player.state()?.phase !== 'playing');
    await viewer.stop();
    await viewer.cardGone(stream);
    await viewer.close();
    if (from === 'chromium') await publisher.close();
    expect(system.complaints()).toEqual([]);
  });
});
