/** The lobby's screens with much in them, at the widths of a phone and of a laptop: all of it fits, has a name, and stays text. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { LobbyPage } from '../support/browsers/lobby-page.ts';
import { FakeFront } from '../support/page/fake-front.ts';
import { lacks } from '../support/tools/system-tools.ts';

const WIDTHS = [390, 1280];
const ANA = { email: 'ana@example.org', password: 'correct horse' };

/** Each screen, and what is there when it is filled. */
const SCREENS = { '#/rooms': '[data-room]', '#/people': '[data-person]', '#/account': '[data-form="password"]', '#/admin': 'tr[data-room]', '#/': '.card' };
const EMPTY_SCREENS = { '#/rooms': '[data-explains="no-rooms"]', '#/people': '[data-explains="nobody"]', '#/admin': 'main.admin', '#/': '.empty' };

/** Controls that say nothing of themselves to who does not see them. */
function namelessControls(): string[] {
  const named = (control: Element): boolean =>
    (control.getAttribute('aria-label') ?? '') !== '' ||
    control.textContent.trim() !== '' ||
    (control instanceof HTMLInputElement && (control.labels?.length ?? 0) > 0) ||
    (control instanceof HTMLSelectElement && control.labels.length > 0) ||
    (control instanceof HTMLTextAreaElement && control.labels.length > 0);
  return [...document.querySelectorAll('a, button, input:not([aria-hidden]), select, textarea')].filter((control) => !named(control)).map((control) => control.outerHTML);
}

describe.skipIf(lacks(...BROWSERS)).each(BROWSERS)('the lobby in %s', (kind) => {
  let full: FakeFront;
  let empty: FakeFront;
  let urls: { full: string; empty: string };
  let launched: LaunchedBrowser;
  let page: LobbyPage | undefined;

  beforeAll(async () => {
    [full, empty] = [new FakeFront(), new FakeFront({ empty: true })];
    urls = { full: await full.listen(), empty: await empty.listen() };
    launched = await launchBrowser(kind);
  });
  afterEach(async () => {
    await page?.close();
  });
  afterAll(async () => {
    await launched.close();
    await full.close();
    await empty.close();
  });

  async function open(url: string, hash: string, width: number): Promise<LobbyPage> {
    page = await LobbyPage.open(launched.browser, url, hash);
    await page.page.setViewport({ width, height: 800 });
    return page;
  }

  const sidewaysBy = (opened: LobbyPage): Promise<number> => opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  it.each(WIDTHS)('fits %d pixels, full and empty, and names its controls', async (width) => {
    for (const [url, screens] of [[urls.full, SCREENS], [urls.empty, EMPTY_SCREENS]] as const) {
      const opened = await open(url, '#/sign-in', width);
      expect(await sidewaysBy(opened)).toBeLessThanOrEqual(0);
      await opened.signInWith(ANA);
      await opened.signedIn();
      for (const [hash, filled] of Object.entries(screens)) {
        await opened.go(hash);
        await opened.page.waitForSelector(filled);
        expect([hash, await sidewaysBy(opened)]).toEqual([hash, expect.toSatisfy((by: number) => by <= 0)]);
        expect([hash, await opened.page.evaluate(namelessControls)]).toEqual([hash, []]);
      }
      await opened.close();
      page = undefined;
    }
  });

  it('shows names, titles and descriptions with markup as they are (seed 3.20)', async () => {
    const opened = await open(urls.full, '#/sign-in?next=%23%2Frooms', 1280);
    let dialogs = 0;
    opened.page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await opened.signInWith(ANA);
    expect((await opened.room('<img src=x onerror=alert(1)> & other titles')).text).toContain('<script>alert(1)</script>');
    await opened.go('#/people');
    await opened.person('<b>Charlie</b> & Söhne');
    expect(await opened.page.$$eval('main b, main img[src="x"], main script', (found) => found.length)).toBe(0);
    expect(dialogs).toBe(0);
    expect(opened.viewer.complaints).toEqual([]);
  });

  it('offers no guests’ form where guests are not welcome', async () => {
    const closed = new FakeFront({ guests: false });
    const opened = await open(await closed.listen(), '#/', 1280);
    await opened.page.waitForSelector('[data-form="account"]');
    expect(await opened.page.$('input#name')).toBeNull();
    await opened.signInWith(ANA);
    expect(await opened.signedIn()).toBe('Ana Boes');
    await closed.close();
  });

  it('says that the service is away, and keeps what is known in sight', async () => {
    const leaving = new FakeFront();
    const opened = await open(await leaving.listen(), '#/sign-in?next=%23%2Frooms', 390);
    await opened.signInWith(ANA);
    await opened.room('Tea at five');
    await leaving.close();
    await opened.page.waitForSelector('.banner');
    expect((await opened.rooms()).length).toBeGreaterThan(3);
  });
});
