/** The page's lobby as a person uses it: accounts, rooms and people, by its own controls. */
import type { Browser } from 'puppeteer-core';
import { ViewerPage } from './viewer-page.ts';

export interface Somebody {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly password: string;
}

export type FormName = 'account' | 'create' | 'rename' | 'room' | 'remove' | 'names' | 'password';

/** A room's card as it is read. */
export interface RoomText {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly link: string;
  /** Whether it shows what only owners may do. */
  readonly isMine: boolean;
}

export class LobbyPage {
  readonly viewer: ViewerPage;

  private constructor(viewer: ViewerPage) {
    this.viewer = viewer;
  }

  /** @param hash the screen to begin with, from `#` on */
  static async open(browser: Browser, url: string, hash: string): Promise<LobbyPage> {
    return new LobbyPage(await ViewerPage.open(browser, url + hash));
  }

  get page(): ViewerPage['page'] {
    return this.viewer.page;
  }

  async close(): Promise<void> {
    await this.viewer.close();
  }

  /** Goes to a screen as by a link. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((address) => {
      location.hash = address;
    }, hash);
  }

  async hash(): Promise<string> {
    return this.page.evaluate(() => location.hash);
  }

  /** Resolves when somebody is signed in, with his name. */
  async signedIn(): Promise<string> {
    await this.page.waitForFunction(() => sipcast?.session().state === 'in');
    return this.page.evaluate(() => sipcast?.session().name ?? '');
  }

  /** Types into a field instead of what it holds. */
  async fill(form: FormName, field: string, text: string): Promise<void> {
    const selector = `[data-form="${form}"] [name="${field}"]`;
    await this.page.waitForSelector(selector);
    await this.page.focus(selector);
    await this.page.$eval(selector, (input) => (input as HTMLInputElement).select());
    if (text === '') await this.page.keyboard.press('Backspace');
    else await this.page.type(selector, text);
  }

  async submit(form: FormName): Promise<void> {
    await this.press(`[data-form="${form}"] [type="submit"]`);
  }

  /** Clicks, wherever on the page it is. */
  async press(selector: string): Promise<void> {
    await this.page.waitForSelector(selector);
    await this.page.$eval(selector, (element) => (element as HTMLElement).click());
  }

  /** Chooses one of a few, or turns a switch. */
  async choose(form: FormName, field: string, value?: string): Promise<void> {
    await this.press(`[data-form="${form}"] [name="${field}"]${value === undefined ? '' : `[value="${value}"]`}`);
  }

  /** What a form complains of: each field that is wrong, and why it could not be sent. */
  async complaints(form: FormName): Promise<string[]> {
    const selector = `[data-form="${form}"] :is(.field-problem, .form-problem)`;
    await this.page.waitForSelector(selector);
    return this.page.$$eval(selector, (notes) => notes.map((note) => note.textContent));
  }

  /** The failure that a form could not be sent for. */
  async failure(form: FormName): Promise<string> {
    const selector = `[data-form="${form}"] [data-failure]`;
    await this.page.waitForSelector(selector);
    return this.page.$eval(selector, (note) => (note as HTMLElement).dataset['failure'] ?? '');
  }

  /** From the form to sign in with to that of a new account. */
  async createAccount({ first, last, email, password }: Somebody): Promise<void> {
    await this.press('[data-way="create"]');
    await this.fill('create', 'first-name', first);
    await this.fill('create', 'last-name', last);
    await this.fill('create', 'email', email);
    await this.fill('create', 'password', password);
    await this.fill('create', 'repetition', password);
    await this.submit('create');
  }

  async signInWith({ email, password }: Pick<Somebody, 'email' | 'password'>): Promise<void> {
    await this.fill('account', 'email', email);
    await this.fill('account', 'password', password);
    await this.submit('account');
  }

  /** Resolves with the card of a room, once it is listed. */
  async room(title: string): Promise<RoomText> {
    await this.page.waitForFunction((wanted) => [...document.querySelectorAll('[data-room] .room-title')].some(({ textContent }) => textContent === wanted), {}, title);
    const found = (await this.rooms()).find((room) => room.title === title);
    if (found === undefined) throw new Error(`${title} went away while it was looked at`);
    return found;
  }

  /** The rooms listed now, from the top. */
  async rooms(): Promise<RoomText[]> {
    return this.page.$$eval('article[data-room]', (cards) =>
      cards.map((card) => ({
        id: card.getAttribute('data-room') ?? '',
        title: card.querySelector('.room-title')?.textContent ?? '',
        text: card.textContent,
        link: card.querySelector('.room-join')?.getAttribute('href') ?? '',
        isMine: card.querySelector('[data-action]') !== null,
      })),
    );
  }

  /** Resolves when exactly these rooms are listed, in this order. */
  async roomsBecome(titles: readonly string[]): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => JSON.stringify([...document.querySelectorAll('[data-room] .room-title')].map(({ textContent }) => textContent)) === wanted,
      {},
      JSON.stringify(titles),
    );
  }

  async roomGone(title: string): Promise<void> {
    await this.page.waitForFunction((wanted) => ![...document.querySelectorAll('[data-room] .room-title')].some(({ textContent }) => textContent === wanted), {}, title);
  }

  /** Opens the form of a new room and sends it with a title, after `more` has filled in the rest. */
  async openRoom(title: string, more?: () => Promise<void>): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector('dialog') === null);
    await this.press('[data-create]');
    await this.fill('room', 'title', title);
    await more?.();
    await this.submit('room');
  }

  /** Opens what an owner may do with his room, and chooses. */
  async onRoom(id: string, action: 'edit' | 'remove'): Promise<void> {
    await this.press(`article[data-room="${id}"] [data-action="more"]`);
    await this.press(`article[data-room="${id}"] [data-action="${action}"]`);
  }

  /** Copies the link to a room. @returns what was copied: what a browser's own clipboard holds is not shown to programs */
  async copyLink(id: string): Promise<string> {
    await this.page.evaluate(() => {
      const writeText = async (text: string): Promise<void> => void (document.documentElement.dataset['copied'] = text);
      Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
    });
    await this.press(`article[data-room="${id}"] [data-action="copy"]`);
    await this.page.waitForFunction(() => document.documentElement.dataset['copied'] !== undefined);
    return this.page.evaluate(() => document.documentElement.dataset['copied'] ?? '');
  }

  /** Resolves when a notice says this. */
  async notice(part: string): Promise<void> {
    await this.page.waitForFunction((wanted) => [...document.querySelectorAll('[data-notice]')].some(({ textContent }) => textContent.includes(wanted)), {}, part);
  }

  /** Resolves when a person is listed, and busy or free. */
  async person(name: string, busy = false): Promise<void> {
    await this.page.waitForFunction(
      (wanted, isBusy) => {
        const line = [...document.querySelectorAll<HTMLElement>('[data-person]')].find(({ dataset }) => dataset['person'] === wanted);
        return line !== undefined && (line.querySelector('.person-busy') !== null) === isBusy;
      },
      {},
      name,
      busy,
    );
  }

  async personGone(name: string): Promise<void> {
    await this.page.waitForFunction((wanted) => ![...document.querySelectorAll<HTMLElement>('[data-person]')].some(({ dataset }) => dataset['person'] === wanted), {}, name);
  }
}
