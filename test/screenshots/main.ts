/** `npm run screenshots`: pictures of the page for the README, taken from the running system in a real browser, into docs/images. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../support/browsers/launch.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { StreamerPlan } from '../support/system.ts';
import { SCENES } from './scenes.ts';

const FOLDER = join(repository, 'docs/images');
const SAMPLE = join(repository, 'data/sample.webm');

/** One streamer as it comes, and others that have no picture of their own, so that the page draws one. */
const STREAMERS: readonly StreamerPlan[] = [
  { name: 'clock', file: SAMPLE },
  plan('jazz-club', 'Tonight: live jazz', 'Quartet on the small stage, every night at nine.'),
  plan('observatory', 'Under the night sky', 'Saturn, if the clouds allow.'),
  plan('lecture', 'University: networks, lecture 14', 'SIP transactions, dialogs, and everything that can go wrong.'),
  plan('harbour-cam', 'View of the harbour', 'Boats leave from five o’clock on. North quay, facing east.'),
  plan('workshop', 'Workshop bench', 'Soldering, mostly.'),
];

function plan(name: string, title: string, description: string): StreamerPlan {
  return { name, file: SAMPLE, args: ['--title', title, '--description', description, '--image', 'none'] };
}

const system = await startSystem({ streamers: STREAMERS });
const { browser, close } = await launchBrowser('chromium');
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, view, dark, play } of SCENES) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(view);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
    await play(page, system.url);
    const picture = await page.screenshot({ type: 'webp', quality: 84 });
    const path = join(FOLDER, `${name}.webp`);
    writeFileSync(path, picture);
    console.log(`${path}: ${Math.round(picture.length / 1024)} kB`);
    await context.close();
  }
} finally {
  await close();
  await system.stop();
}
