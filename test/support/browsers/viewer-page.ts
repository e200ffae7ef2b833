/** The product's page as a viewer uses it: by its own controls, with `window.sipcast` only to look at what came of it. */
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import type { PlayerState, PlayerStats, SipcastPage, StreamerEntry } from '../../../front/page/src/automation.ts';
import { lookAtPicture, secondInPicture } from './picture.ts';
import type { PictureLook } from './picture.ts';

/** What one waits for at most: far more than it takes, since the cores are shared with everything else under test. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

declare global {
  // Seen by the functions that run inside the page.
  var sipcast: SipcastPage | undefined;
}

export class ViewerPage {
  readonly page: Page;
  /** What the page's console said that a developer would call a problem, and what was thrown and not caught. */
  readonly complaints: string[] = [];

  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`thrown: ${error instanceof Error ? error.message : String(error)}`));
  }

  /**
   * Opens the page as a person of their own: with cookies and a storage that no other viewer shares.
   * @param prepare may change what the page will find
   */
  static async open(browser: Browser, url: string, prepare?: (page: Page) => Promise<void>): Promise<ViewerPage> {
    const context = await browser.createBrowserContext();
    const viewer = new ViewerPage(context, await context.newPage());
    await prepare?.(viewer.page);
    await viewer.page.goto(url, { waitUntil: 'domcontentloaded' });
    return viewer;
  }

  /** Types a name and asks to go on. */
  async tryName(name: string): Promise<void> {
    const input = await this.page.waitForSelector('input#name');
    await input?.type(name);
    await this.page.click('button[type=submit]');
  }

  /** What the page says of a name that it could not have. */
  async nameProblem(): Promise<string> {
    const note = await this.page.waitForSelector('#name-note[role=alert]');
    return (await note?.evaluate((element) => element.textContent)) ?? '';
  }

  /** Signs in; resolves on the wall. */
  async signIn(name: string): Promise<void> {
    await this.tryName(name);
    await this.page.waitForFunction(() => sipcast?.session().state === 'in');
  }

  /** The wall's card of a streamer, once it is there. */
  async card(streamer: string): Promise<CardText> {
    await this.page.waitForSelector(cardOf(streamer));
    return this.page.$eval(cardOf(streamer), (card) => ({
      title: card.querySelector('h2')?.textContent ?? '',
      description: card.querySelector('.card-description')?.textContent ?? '',
      text: card.textContent,
    }));
  }

  /** Resolves when the picture of a card was loaded from where the streamer said. */
  async imageLoaded(streamer: string): Promise<void> {
    await this.page.waitForFunction((selector) => (document.querySelector<HTMLImageElement>(`${selector} img`)?.naturalWidth ?? 0) > 0, {}, cardOf(streamer));
  }

  /** Resolves when the list says that so many watch a streamer. */
  async viewersReach(streamer: string, count: number): Promise<void> {
    await this.page.waitForFunction(
      (name, expected) => sipcast?.streamers()?.find((entry) => entry.name === name)?.viewers === expected,
      {},
      streamer,
      count,
    );
  }

  /** Resolves when the wall shows no card of that streamer. */
  async cardGone(streamer: string): Promise<void> {
    await this.page.waitForFunction((selector) => document.querySelector(selector) === null, {}, cardOf(streamer));
  }

  /** Clicks on a streamer's card, and leaves the page alone: whatever asks it how far it is takes its time from it. */
  async click(streamer: string): Promise<void> {
    await this.page.waitForSelector(cardOf(streamer));
    await this.page.click(cardOf(streamer));
  }

  /** Chooses a streamer on the wall; resolves as soon as the player is open. */
  async choose(streamer: string): Promise<void> {
    await this.click(streamer);
    await this.page.waitForFunction(() => sipcast?.player.state() !== undefined);
  }

  /** Back to the wall. */
  async stop(): Promise<void> {
    await this.page.waitForSelector('.control-back');
    await this.page.$eval('.control-back', (back) => (back as HTMLElement).click());
    await this.page.waitForFunction(() => sipcast?.player.state() === undefined);
  }

  async streamers(): Promise<readonly StreamerEntry[] | undefined> {
    return this.page.evaluate(() => sipcast?.streamers());
  }

  async playerState(): Promise<PlayerState | undefined> {
    return this.page.evaluate(() => sipcast?.player.state());
  }

  async stats(): Promise<PlayerStats | undefined> {
    return this.page.evaluate(() => sipcast?.player.stats());
  }

  /** Where a film on demand stands. */
  async position(): Promise<FilmPosition> {
    await this.page.waitForFunction(() => sipcast?.player.state()?.position !== undefined);
    const position = (await this.playerState())?.position;
    if (position === undefined) throw new Error('the player shows no film any more');
    return position;
  }

  /** Resolves once the film stands where it should, and shows what it should. */
  async filmBecomes(isThere: (film: FilmPosition & { readonly shown: number }) => boolean, brighterEachSecond = 1): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; ; await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))) {
      const film = { ...(await this.position()), shown: await this.page.evaluate(secondInPicture, brighterEachSecond) };
      if (isThere(film)) return;
      if (performance.now() > deadline) throw new Error(`the film stands at ${JSON.stringify(film)}`);
    }
  }

  /** Drags the seek bar to a second of the film and lets go. */
  async setSeekBar(seconds: number): Promise<void> {
    await this.page.$eval(
      '[data-seek]',
      (bar, second) => {
        const input = bar as HTMLInputElement;
        const { duration = 0 } = sipcast?.player.state()?.position ?? {};
        input.value = String(Math.round((second / duration) * Number(input.max)));
        for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
      },
      seconds,
    );
  }

  /** Resolves with the measurements once the player plays and at least `frames` more pictures were decoded than now. */
  async plays(frames = 25): Promise<PlayerStats> {
    await this.page.waitForFunction(() => sipcast?.player.state()?.phase === 'playing');
    const before = (await this.stats())?.framesDecoded ?? 0;
    await this.statsReach('framesDecoded', before + frames);
    const stats = await this.stats();
    if (stats === undefined) throw new Error('the player has no connection any more');
    return stats;
  }

  /** Resolves once a measurement is above `limit`. */
  async statsReach(measurement: 'framesDecoded' | 'totalAudioEnergy' | 'audioSamples', limit: number): Promise<void> {
    await this.page.waitForFunction(
      async (name, above) => ((await sipcast?.player.stats())?.[name] ?? 0) > above,
      { polling: 100 },
      measurement,
      limit,
    );
  }

  /** How the picture looks now and a moment later. */
  async picture(): Promise<PictureLook> {
    await this.page.waitForSelector('video');
    return this.page.evaluate(lookAtPicture);
  }

  /** Closes the page as a viewer closes a tab, and forgets its cookies. */
  async close(): Promise<void> {
    await this.page.close();
    await this.#context.close();
  }
}

export type FilmPosition = NonNullable<PlayerState['position']>;

export interface CardText {
  title: string;
  description: string;
  text: string;
}

function cardOf(streamer: string): string {
  return `[data-streamer=${JSON.stringify(streamer)}]`;
}
