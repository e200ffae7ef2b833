/** The ladder as a student uses it: by its own controls; what is shown is read from its rows. */
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer-core';
import { ViewerPage } from './viewer-page.ts';

/** So high that every row of a few calls is in sight, and so in the document. */
const VIEW = { width: 1400, height: 2600 };

export interface ShownMessage {
  readonly title: string;
  readonly lost: boolean;
  readonly again: boolean;
  /** What a screen reader says of it. */
  readonly spoken: string;
}

export class LadderPage {
  readonly viewer: ViewerPage;

  private constructor(viewer: ViewerPage) {
    this.viewer = viewer;
  }

  /** Signs in and reads along. */
  static async open(browser: Browser, url: string, name: string): Promise<LadderPage> {
    const viewer = await ViewerPage.open(browser, `${url}#/ladder`, (page) => page.setViewport(VIEW));
    await viewer.signIn(name);
    await viewer.page.waitForSelector('main.ladder[data-state=live]');
    return new LadderPage(viewer);
  }

  get page(): Page {
    return this.viewer.page;
  }

  async messages(): Promise<ShownMessage[]> {
    return this.page.$$eval('.rung-button', (rows) =>
      rows.map((row) => ({ title: row.getAttribute('data-title') ?? '', lost: row.hasAttribute('data-lost'), again: row.hasAttribute('data-again'), spoken: row.getAttribute('aria-label') ?? '' })),
    );
  }

  async titles(): Promise<string[]> {
    return (await this.messages()).map(({ title }) => title);
  }

  /** Resolves when a message with this title is shown, or with this mark. */
  async shows(what: { readonly title: string } | { readonly mark: 'lost' | 'again' }): Promise<void> {
    await this.page.waitForSelector('title' in what ? rowOf(what.title) : `.rung-button[data-${what.mark}]`);
  }

  async press(button: string): Promise<void> {
    await this.page.waitForSelector(`${button}:not(:disabled)`);
    await this.page.$eval(button, (element) => (element as HTMLElement).click());
  }

  /** Has the next datagram lost; resolves when the daemon has said that it will be. */
  async lose(): Promise<void> {
    await this.press('.ladder-lose');
    await this.page.waitForFunction(() => document.querySelector('.notices')?.textContent.includes('will be lost'));
  }

  /** Opens the first message with this title. */
  async look(title: string): Promise<void> {
    await this.press(rowOf(title));
    await this.page.waitForSelector('.ladder-details');
  }

  /** Presses “Download”, and writes what the browser was handed to `path`. */
  async download(path: string): Promise<void> {
    await this.page.evaluate(() => {
      const original = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob) => {
        const reader = new FileReader();
        reader.onload = () => (document.documentElement.dataset['saved'] = typeof reader.result === 'string' ? reader.result : '');
        reader.readAsDataURL(blob as Blob);
        return original(blob);
      };
    });
    await this.press('.ladder-download');
    await this.page.waitForSelector('html[data-saved]');
    const address = await this.page.$eval('html', (element) => element.dataset['saved'] ?? '');
    writeFileSync(path, Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  }
}

function rowOf(title: string): string {
  return `.rung-button[data-title=${JSON.stringify(title)}]`;
}
