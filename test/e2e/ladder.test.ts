/** Somebody reads along in a browser while somebody else watches in another. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LadderPage } from '../support/browsers/ladder-page.ts';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const STREAMER = 'sample';
const PHONE = { width: 390, height: 800 };
/** How a call begins as the daemon sees it, each message on both of its ways. It ends with a BYE, or with two that cross. */
const BEGINNING = ['INVITE', '100 Trying', 'INVITE', '202 Accepted', '202 Accepted', 'ACK', 'ACK'];

describe.skipIf(lacks(...BROWSERS, 'tshark'))('the ladder', () => {
  const folder = scratchFolder('ladder');
  let system: System;
  let watching: LaunchedBrowser;
  let viewer: ViewerPage;

  beforeAll(async () => {
    [system, watching] = await Promise.all([startSystem({ streamers: [{ name: STREAMER, file: join(repository, 'data/sample.webm') }] }), launchBrowser('chromium')]);
    viewer = await ViewerPage.open(watching.browser, system.url);
    await viewer.signIn('Grace');
  });
  afterAll(async () => {
    await watching.close();
    await system.stop();
    folder.remove();
  });

  it.each(BROWSERS)('shows a call as it passes, a datagram that is lost and sent again, and what Wireshark shows, in %s', async (kind) => {
    const launched = kind === 'chromium' ? watching : await launchBrowser(kind);
    const ladder = await LadderPage.open(launched.browser, system.url, `Ada in ${kind}`);
    const { page } = ladder;

    // A call, from the first message to the last; what has passed before it is in the way.
    await ladder.press('.ladder-clear');
    await viewer.choose(STREAMER);
    await viewer.plays(1);
    await viewer.stop();
    await ladder.shows({ title: 'BYE' });
    await ladder.look('INVITE');
    expect(await page.$eval('[data-header=Via]', (line) => line.textContent)).toMatch(/SIP\/2\.0\/UDP .*One hop of the request’s way.*RFC 3261 §20\.42/);
    expect(await page.$eval('[data-header=Via] a', (link) => (link).href)).toBe('https://www.rfc-editor.org/rfc/rfc3261#section-20.42');
    expect(await page.$eval('.ladder-details', (details) => details.textContent)).toMatch(/a=ice-pwd:\*+The password of connectivity checks/);
    await ladder.press('.details-actions .button');
    await page.waitForFunction(() => document.querySelector('[data-title=NOTIFY]') === null);
    await ladder.shows({ title: '200 OK' });
    await ladder.press('.ladder-pause');
    const shown = await ladder.messages();
    const titles = shown.filter(({ again }) => !again).map(({ title }) => title);
    expect(titles.slice(0, BEGINNING.length)).toEqual(BEGINNING);
    expect(titles.slice(BEGINNING.length)).toEqual(expect.arrayContaining(['BYE', '200 OK']));
    expect(shown[0]?.spoken).toMatch(/^\d+\.\d{3} s, .front. to .signaling.: INVITE, offer for “.sample.”$/u);
    expect(await page.$$eval('.lifeline', (lines) => lines.map((line) => line.getAttribute('data-lifeline')))).toEqual(['front', 'signaling', 'streamer']);

    // What is shown opens in Wireshark, with the same messages.
    const file = join(folder.path, `${kind}.pcapng`);
    await ladder.download(file);
    const sipPorts = system.parts.map(({ process }) => Number(new URL(`udp://${process.addresses['sip'] ?? ''}`).port));
    const dissected = await frames(file, ['sip.Method', 'sip.Status-Code'], { sipPorts });
    expect(dissected.map((frame) => frame['sip.Method'][0] ?? frame['sip.Status-Code'][0])).toEqual(shown.map(({ title }) => title.split(' ')[0]));
    expect(await captureFaults(file, { sipPorts })).toEqual([]);

    await ladder.press('.ladder-pause');

    // The keys go from message to message, and out of it.
    await page.focus('.rung-button[tabindex="0"]');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-title') === '200 OK');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.querySelector('.details-head h2')?.textContent === '100 Trying' && document.activeElement?.getAttribute('data-title') === '100 Trying');

    // One datagram is lost, and something is sent again for it.
    await ladder.press('[aria-label="Close"]');
    await viewer.choose(STREAMER);
    await viewer.plays(1);
    await ladder.press('.ladder-clear');
    await ladder.lose();
    await viewer.stop();
    await ladder.shows({ mark: 'lost' });
    await ladder.shows({ mark: 'again' });

    // Stopped, what passes waits; by steps it is shown one by one.
    await ladder.press('.ladder-pause');
    await viewer.choose(STREAMER);
    await page.waitForSelector('.ladder-step:not(:disabled)');
    const before = (await ladder.messages()).length;
    await ladder.press('.ladder-step');
    await page.waitForFunction((count) => document.querySelectorAll('.rung-button').length === count, {}, before + 1);
    await viewer.stop();

    // A capture takes the place of what passes.
    await ladder.press('.ladder-open');
    await ladder.press('[data-capture="register-and-watch.pcapng"]');
    await page.waitForSelector('main.ladder[data-state=file]');
    await page.waitForFunction(() => document.querySelectorAll('.rung-button').length === 25);
    expect((await ladder.titles()).slice(0, 3)).toEqual(['REGISTER', '200 OK', 'SUBSCRIBE']);
    expect(await page.$$eval('.lifeline b', (names) => names.map((name) => name.textContent))).toEqual(['front', 'signaling', 'sample']);
    await page.setViewport(PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    expect(ladder.viewer.complaints).toEqual([]);
    await ladder.viewer.close();
    if (launched !== watching) await launched.close();
  });
});
