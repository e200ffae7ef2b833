/** An operator looks at a streamer's numbers while somebody watches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const STREAMER = 'Cámara 1/b';
const PHONE = { width: 390, height: 800 };

describe.skipIf(lacks('chromium', 'ffmpeg'))('the numbers of a streamer', () => {
  let system: System;
  let launched: LaunchedBrowser;

  beforeAll(async () => {
    system = await startSystem({ streamers: [{ name: STREAMER }] });
    launched = await launchBrowser('chromium');
  });
  afterAll(async () => {
    await launched.close();
    await system.stop();
  });

  it('are a link away from the player, move while somebody watches, and say when the streamer is gone', async () => {
    const viewer = await ViewerPage.open(launched.browser, system.url);
    await viewer.signIn('Ada');
    await viewer.choose(STREAMER);
    await viewer.plays();
    await viewer.page.waitForSelector('.numbers-link');
    const address = await viewer.page.$eval('.numbers-link', (link) => (link as HTMLAnchorElement).href);
    const operator = await ViewerPage.open(launched.browser, address);
    const { page } = operator;
    await page.waitForFunction(() => document.querySelector('[data-figure=viewers] .tile-value')?.textContent === '1');
    // Three points make a curve.
    await page.waitForFunction(() => /M.*L.*L/.test(document.querySelector('[data-figure=bitrate] path')?.getAttribute('d') ?? ''));
    await page.waitForFunction(() => /^[1-9][\d.]* [kM]bit\/s$/.test(document.querySelector('[data-figure=bitrate] .tile-value')?.textContent ?? ''));
    await page.waitForFunction(() => document.querySelectorAll('.worst tbody tr').length === 1);
    expect(await page.$eval('h1', (title) => title.textContent)).toBe(`Numbers of ${STREAMER}`);
    await page.setViewport(PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await system.streamer(STREAMER).stop();
    await page.waitForSelector('.numbers-trouble');
    expect(await page.$eval('.numbers-trouble', (trouble) => trouble.textContent)).toMatch(/has stopped\.|does not answer|No streamer called/);
    await system.streamer(STREAMER).start();
    await page.waitForSelector('main[data-state=live]');
    expect(operator.complaints).toEqual([]);
    await operator.close();
    await viewer.close();
  });
});
