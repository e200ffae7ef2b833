/** What is photographed: each scene brings a fresh page to the moment of its picture. */
import type { Page, Viewport } from 'puppeteer-core';

export interface Scene {
  /** File name in docs/images, without its ending. */
  readonly name: string;
  readonly view: Viewport;
  readonly dark: boolean;
  readonly play: (page: Page, url: string) => Promise<void>;
}

export const LAPTOP: Viewport = { width: 1280, height: 800, deviceScaleFactor: 1.5 };
export const PHONE: Viewport = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** The statistics then show rates that have settled, and the controls are out of the way. */
const STATISTICS_SECONDS = 5;

const CARDS = 6;

/** @param viewer another one in each scene: a name is its page's own for a while after that page has closed */
export async function signIn(page: Page, url: string, viewer: string): Promise<void> {
  await page.goto(url);
  await page.type('#name', viewer);
  await page.keyboard.press('Enter');
  await page.waitForFunction(`document.querySelectorAll('.card').length === ${CARDS}`);
  await page.waitForFunction(`[...document.images].every((image) => image.complete)`);
}

async function watchClock(page: Page): Promise<void> {
  await page.click('[data-streamer="clock"]');
  await page.waitForFunction(`window.sipcast.player.state()?.phase === 'playing'`);
}

export const SCENES: readonly Scene[] = [
  {
    name: 'sign-in',
    view: LAPTOP,
    dark: false,
    play: async (page, url) => {
      await page.goto(url);
      await page.waitForSelector('#name');
    },
  },
  { name: 'wall', view: LAPTOP, dark: false, play: (page, url) => signIn(page, url, 'Ada') },
  {
    name: 'player',
    view: LAPTOP,
    dark: true,
    play: async (page, url) => {
      await signIn(page, url, 'Grace');
      await watchClock(page);
      // The first call also loads the browser's WebRTC; the second one shows what a viewer gets from then on.
      await page.keyboard.press('Escape');
      await page.waitForSelector('.card');
      await watchClock(page);
      await page.keyboard.press('i');
      await page.waitForFunction(`document.querySelector('.statistics-curve polyline')?.points.length >= ${STATISTICS_SECONDS}`);
    },
  },
  {
    name: 'ladder',
    view: LAPTOP,
    dark: false,
    play: async (page, url) => {
      await signIn(page, url, 'Whitfield');
      await page.goto(`${url}#/ladder`);
      await page.waitForSelector('main.ladder[data-state=live]');
      const viewer = await page.browserContext().newPage();
      await viewer.goto(url);
      await viewer.waitForSelector('.card');
      await watchClock(viewer);
      await viewer.keyboard.press('Escape');
      await viewer.waitForSelector('.card');
      await page.bringToFront();
      await page.waitForSelector('[data-title=BYE]');
      await page.click('[data-title=INVITE]');
      await page.click('.details-actions .button');
      await page.waitForFunction(`document.querySelector('[data-title=NOTIFY]') === null && document.querySelector('[data-title="200 OK"]') !== null`);
    },
  },
  { name: 'wall-phone', view: PHONE, dark: true, play: (page, url) => signIn(page, url, 'Edsger') },
  {
    name: 'player-phone',
    view: PHONE,
    dark: false,
    play: async (page, url) => {
      await signIn(page, url, 'Barbara');
      await watchClock(page);
      await page.waitForFunction(`window.sipcast.player.stats().then((stats) => stats?.framesDecoded > 25)`);
    },
  },
];
