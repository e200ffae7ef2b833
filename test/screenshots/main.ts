/** `npm run screenshots [-- <name> …]`: pictures of the page for the README, taken from the running system in a real browser, into docs/images. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { launchBrowser } from '../support/browsers/launch.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { StreamerPlan } from '../support/system.ts';
import { Company } from './company.ts';
import { PEOPLE_SCENES } from './people-scenes.ts';
import { SCENES } from './scenes.ts';
import type { Scene } from './scenes.ts';

const FOLDER = join(repository, 'docs/images');
const SAMPLE = join(repository, 'data/sample.webm');

const QUALITY = 74;

/** Far more than a scene takes where the cores have nothing else to do. */
const PATIENCE_MS = 120_000;

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

async function photograph(browser: Browser, { name, view, dark }: Pick<Scene, 'name' | 'view' | 'dark'>, play: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewport(view);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await play(page);
  const picture = await page.screenshot({ type: 'webp', quality: QUALITY });
  const path = join(FOLDER, `${name}.webp`);
  writeFileSync(path, picture);
  console.log(`${path}: ${Math.round(picture.length / 1024)} kB`);
  await context.close();
}

const wanted = process.argv.slice(2);
const isWanted = ({ name }: { readonly name: string }): boolean => wanted.length === 0 || wanted.includes(name);

const system = await startSystem({ streamers: STREAMERS, rooms: ['rooms'] });
const { browser, close } = await launchBrowser('chromium', { fakeDevices: true });
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const scene of SCENES.filter(isWanted)) await photograph(browser, scene, (page) => scene.play(page, system.url));
  const withPeople = PEOPLE_SCENES.filter(isWanted);
  const company = withPeople.length > 0 ? await Company.gather(browser, system.url) : undefined;
  for (const scene of withPeople) await photograph(browser, scene, async (page) => company && scene.play(page, system.url, company));
} finally {
  await close();
  await system.stop();
}
