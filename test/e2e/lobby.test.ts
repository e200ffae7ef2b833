/** Accounts, rooms and people as they are used in the page, in Chromium and in Firefox, against the running services. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { BrowserKind, LaunchedBrowser } from '../support/browsers/launch.ts';
import { LobbyPage } from '../support/browsers/lobby-page.ts';
import type { Somebody } from '../support/browsers/lobby-page.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const PASSWORD = 'correct horse';
const OPERATOR = 'boss@example.org';

let count = 0;

/** Somebody whom no other test knows. */
function somebody(first: string): Somebody {
  count += 1;
  return { first, last: `Nr${count}`, email: `${first}${count}@example.org`.toLowerCase(), password: PASSWORD };
}

const nameOf = ({ first, last }: Somebody): string => `${first} ${last}`;

describe.skipIf(lacks(...BROWSERS))('the lobby', () => {
  let system: System;
  const launched = new Map<BrowserKind, LaunchedBrowser>();
  const opened: LobbyPage[] = [];

  beforeAll(async () => {
    system = await startSystem({ streamers: [], frontArgs: ['--operators', OPERATOR, '--requests-per-minute', '0'] });
    for (const kind of BROWSERS) launched.set(kind, await launchBrowser(kind));
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
  });
  afterAll(async () => {
    for (const { close } of launched.values()) await close();
    await system.stop();
  });

  async function open(kind: BrowserKind, hash: string): Promise<LobbyPage> {
    const browser = launched.get(kind);
    if (browser === undefined) throw new Error(`${kind} was not launched`);
    const page = await LobbyPage.open(browser.browser, system.url, hash);
    opened.push(page);
    return page;
  }

  /** Somebody with a new account, at a screen. */
  async function member(kind: BrowserKind, first: string, hash: string): Promise<LobbyPage & { readonly who: Somebody }> {
    const who = somebody(first);
    const page = await open(kind, `#/sign-in?next=${encodeURIComponent(hash)}`);
    await page.createAccount(who);
    await page.signedIn();
    return Object.assign(page, { who });
  }

  /** Somebody with a name alone, at a screen. */
  async function guest(kind: BrowserKind, name: string, hash: string): Promise<LobbyPage> {
    const page = await open(kind, '#/');
    await page.viewer.signIn(name);
    await page.go(hash);
    return page;
  }

  describe.each(BROWSERS)('in %s', (kind) => {
    it('makes accounts: what is wrong is said in the form, and by front (seeds 3.1, 3.2)', async () => {
      const who = somebody('Ana');
      const page = await open(kind, '#/sign-in');
      await page.createAccount({ ...who, email: 'ana', password: '1234567' });
      expect(await page.complaints('create')).toEqual([expect.stringContaining('@'), expect.stringContaining('8')]);
      await page.fill('create', 'email', who.email);
      await page.fill('create', 'password', PASSWORD);
      expect(await page.complaints('create')).toEqual([expect.stringContaining('differ')]);
      await page.fill('create', 'repetition', PASSWORD);
      await page.submit('create');
      expect(await page.signedIn()).toBe(nameOf(who));
      const twice = await open(kind, '#/sign-in');
      await twice.createAccount(who);
      expect(await twice.failure('create')).toBe('email-taken');
    });

    it('signs in, stays so over a reload, and is signed out for good (seeds 3.3, 3.4)', async () => {
      const page = await member(kind, 'Bea', '#/account');
      await page.page.waitForSelector('[data-form="names"]');
      await page.page.reload();
      expect(await page.signedIn()).toBe(nameOf(page.who));
      await page.page.waitForSelector('[data-form="names"]');
      const cookies = await page.page.browserContext().cookies();
      expect(cookies.filter(({ name }) => name.includes('refresh'))).toMatchObject([{ httpOnly: true }]);
      await page.press('[data-sign-out="here"]');
      await page.page.waitForFunction(() => sipcast?.session().state === 'out');
      await page.page.reload();
      await page.go('#/sign-in');
      await page.signInWith({ ...page.who, password: 'wrong horse' });
      expect(await page.failure('account')).toBe('wrong-credentials');
      await page.signInWith(page.who);
      expect(await page.signedIn()).toBe(nameOf(page.who));
    });

    it('leads who wants a room to an account first, and then on; the room is on top at once (seeds 2.1, 3.7, 3.12, 3.19)', async () => {
      const others = await guest(kind === 'chromium' ? 'firefox' : 'chromium', `Looker ${kind}`, '#/rooms');
      await others.page.waitForSelector('[data-create]');
      const page = await open(kind, '#/rooms');
      await page.press('[data-create]');
      const who = somebody('Cleo');
      await page.createAccount(who);
      await page.signedIn();
      const title = `Tea ${kind} <b>at five</b>`;
      await page.submit('room');
      expect(await page.complaints('room')).toHaveLength(1);
      await page.fill('room', 'title', title);
      await page.fill('room', 'description', 'Bring a cup.');
      await page.submit('room');
      await page.notice(title);
      expect((await page.rooms())[0]).toMatchObject({ title, isMine: true, text: expect.stringContaining('Bring a cup.') as string });
      await others.notice(title);
      const seen = await others.room(title);
      expect(seen).toMatchObject({ isMine: false, text: expect.stringContaining(nameOf(who)) as string });
      expect((await others.rooms())[0]?.title).toBe(title);
      await page.openRoom(title.toUpperCase());
      expect(await page.failure('room')).toBe('title-taken');
    });

    it('shows links and tools to the owner alone, whose changes everybody sees (seeds 3.8, 3.9, 3.11)', async () => {
      const [owner, other] = [await member(kind, 'Dora', '#/rooms'), await guest(kind === 'chromium' ? 'firefox' : 'chromium', `Other ${kind}`, '#/rooms')];
      const title = `Office ${kind}`;
      await owner.openRoom(title);
      const { id } = await owner.room(title);
      expect((await other.room(title)).isMine).toBe(false);
      await owner.onRoom(id, 'edit');
      await owner.fill('room', 'title', `Open ${title}`);
      await owner.choose('room', 'locked');
      await owner.fill('room', 'password', 'sesame');
      await owner.page.select('[data-form="room"] [name="guest-limit"]', '4');
      await owner.submit('room');
      expect((await other.room(`Open ${title}`)).text).toMatch(/Password.*Up to 4/);
      await owner.onRoom(id, 'remove');
      await owner.submit('remove');
      await other.roomGone(`Open ${title}`);
      await owner.roomGone(`Open ${title}`);
    });

    it('keeps private rooms out of others’ lists, and puts the key into links of rooms by invitation (seeds 2.2, 3.10)', async () => {
      const [owner, other] = [await member(kind, 'Ella', '#/rooms'), await guest(kind, `Stranger ${kind}`, '#/rooms')];
      await owner.openRoom(`Secret ${kind}`, async () => {
        await owner.choose('room', 'visibility', 'private');
        await owner.choose('room', 'admission', 'invite-only');
      });
      await owner.openRoom(`Known ${kind}`, () => owner.choose('room', 'admission', 'invite-only'));
      const [secret, known] = [await owner.room(`Secret ${kind}`), await owner.room(`Known ${kind}`)];
      for (const { id, link } of [secret, known]) expect(link).toMatch(new RegExp(`^#/room/${id}\\?key=[\\w-]{22}$`));
      expect((await other.room(`Known ${kind}`)).link).toBe(`#/room/${known.id}`);
      expect((await other.rooms()).map(({ title }) => title)).not.toContain(`Secret ${kind}`);
      await owner.page.reload();
      expect((await owner.room(`Secret ${kind}`)).link).toBe(secret.link);
      expect(await owner.copyLink(secret.id)).toBe(system.url + secret.link);
    });

    it('lists and searches rooms without an account, and orders them (seeds 3.5, 3.6)', async () => {
      const owner = await member(kind, 'Fay', '#/rooms');
      const titles = [`Ünder ${kind} one`, `ünder ${kind} two`];
      for (const title of titles) {
        await owner.openRoom(title);
        await owner.room(title);
      }
      const visitor = await open(kind, '#/rooms');
      await visitor.press('[data-order="newest"]');
      await visitor.page.type('[type="search"]', `ÜNDER ${kind}`);
      await visitor.roomsBecome([...titles].reverse());
      await visitor.page.type('[type="search"]', ' none of these');
      await visitor.roomsBecome([]);
      expect([...owner.viewer.complaints, ...visitor.viewer.complaints]).toEqual([]);
    });

    it('brings who follows a link through the sign-in to where it leads (seed 3.12)', async () => {
      const page = await open(kind, '#/people');
      await page.viewer.signIn(`Arriving ${kind}`);
      expect(await page.hash()).toBe('#/people');
      await page.page.waitForSelector('main.people');
      const later = await open(kind, '#/room/nowhere?key=k');
      await later.viewer.signIn(`Later ${kind}`);
      expect(await later.hash()).toBe('#/room/nowhere?key=k');
    });

    it('lets operators see and close every room, and nobody else (seed 3.19)', async () => {
      const owner = await member(kind, 'Gil', '#/rooms');
      await owner.openRoom(`Hidden ${kind}`, () => owner.choose('room', 'visibility', 'private'));
      const { id } = await owner.room(`Hidden ${kind}`);
      await owner.go('#/admin');
      // At this machine everybody sees what runs; rooms and calls are for operators' accounts.
      await owner.page.waitForSelector('[data-part="streamers"]');
      expect(await owner.page.$('[data-part="rooms"]')).toBeNull();
      await owner.go('#/rooms');
      const operator = await open(kind, '#/sign-in?next=%23%2Fadmin');
      const boss = { first: 'The', last: 'Boss', email: OPERATOR, password: PASSWORD };
      if (kind === 'chromium') await operator.createAccount(boss);
      else await operator.signInWith(boss);
      await operator.press(`tr[data-room="${id}"] button`);
      await operator.submit('remove');
      await operator.page.waitForFunction((room) => document.querySelector(`tr[data-room="${room}"]`) === null, {}, id);
      await owner.roomGone(`Hidden ${kind}`);
    });

    it('changes names and passwords of accounts, and signs out other devices (seed 3.20)', async () => {
      const [page, elsewhere] = [await member(kind, 'Ida', '#/account'), await open(kind, '#/sign-in?next=%23%2Faccount')];
      await page.fill('names', 'first-name', 'Idalia');
      await page.submit('names');
      await page.notice('saved');
      await elsewhere.signInWith(page.who);
      await elsewhere.page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-form="names"] [name="first-name"]')?.value === 'Idalia');
      await page.fill('password', 'password', 'wrong horse');
      await page.fill('password', 'new-password', 'another horse');
      await page.fill('password', 'repetition', 'another horse');
      await page.submit('password');
      expect(await page.complaints('password')).toHaveLength(1);
      await page.fill('password', 'password', PASSWORD);
      await page.submit('password');
      await page.notice('changed');
      await elsewhere.submit('names');
      await elsewhere.notice('signed out');
      await elsewhere.page.waitForFunction(() => document.querySelector('[data-form="names"]') === null);
      await elsewhere.go('#/sign-in?next=%23%2Faccount');
      await elsewhere.signInWith({ ...page.who, password: 'another horse' });
      await elsewhere.page.waitForSelector('[data-form="names"]');
      await page.press('[data-sign-out="everywhere"]');
      await page.page.waitForFunction(() => sipcast?.session().state === 'out');
      await elsewhere.submit('names');
      await elsewhere.page.waitForFunction(() => document.querySelector('[data-form="names"]') === null);
    });

    it('shows who comes, goes by another name, and goes (seeds 0.1, 2.11)', async () => {
      const watching = await guest(kind, `Watching ${kind}`, '#/people');
      const coming = await guest(kind === 'chromium' ? 'firefox' : 'chromium', `<i>Coming</i> to ${kind}`, '#/account');
      await watching.person(`<i>Coming</i> to ${kind}`);
      await coming.press('[data-rename]');
      await coming.fill('rename', 'name', `Watching ${kind}`);
      await coming.submit('rename');
      expect(await coming.complaints('rename')).toEqual([expect.stringContaining('taken')]);
      await coming.fill('rename', 'name', `Renamed ${kind}`);
      await coming.submit('rename');
      await watching.person(`Renamed ${kind}`);
      await watching.personGone(`<i>Coming</i> to ${kind}`);
      await coming.press('[data-sign-out="here"]');
      await watching.personGone(`Renamed ${kind}`);
      expect([...watching.viewer.complaints, ...coming.viewer.complaints]).toEqual([]);
    });
  });

  it('complains of nothing, nor do the services', () => {
    expect(system.complaints()).toEqual([]);
  });
});
