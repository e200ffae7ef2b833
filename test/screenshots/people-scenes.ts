/** What is photographed of people: rooms, a room from inside, and a call that rings. */
import type { Page, Viewport } from 'puppeteer-core';
import type { Company } from './company.ts';
import { LAPTOP, PHONE, signIn } from './scenes.ts';

export interface PeopleScene {
  /** File name in docs/images, without its ending. */
  readonly name: string;
  readonly view: Viewport;
  readonly dark: boolean;
  readonly play: (page: Page, url: string, company: Company) => Promise<void>;
}

/** Less of the page, as large in the README as the others. */
const NEARER: Viewport = { width: 960, height: 600, deviceScaleFactor: 2 };

const CALLER = 'Hana Sato';

/** A picture is no longer a first, coarse one then. */
const FRAMES = 12;
const LOOK_EVERY_MS = 200;

const ROOMS = 6;

/** Signs in, goes into the room where everybody is, and waits until all are seen well. */
async function goInside(page: Page, url: string, viewer: string, company: Company): Promise<void> {
  const { meeting, names } = company;
  await company.prepare(page);
  await signIn(page, url, viewer);
  await page.goto(`${url}#/room/${meeting.id}`);
  await page.waitForSelector('[data-command=join]');
  await page.click('[data-command=join]');
  const seen = `stats.some((each) => each.name === name && each.framesDecoded >= ${FRAMES})`;
  await page.waitForFunction(`window.sipcast.meeting.stats().then((stats) => ${JSON.stringify(names)}.every((name) => ${seen}))`, { polling: LOOK_EVERY_MS });
  await page.waitForFunction(`document.querySelector('.notice') === null`);
}

export const PEOPLE_SCENES: readonly PeopleScene[] = [
  {
    name: 'rooms',
    view: LAPTOP,
    dark: false,
    play: async (page, url) => {
      await signIn(page, url, 'Radia');
      await page.goto(`${url}#/rooms`);
      await page.waitForFunction(`document.querySelectorAll('.room-card[data-room]').length === ${ROOMS}`);
    },
  },
  {
    name: 'room',
    view: LAPTOP,
    dark: true,
    play: (page, url, company) => goInside(page, url, 'Margaret', company),
  },
  {
    name: 'ringing',
    view: NEARER,
    dark: false,
    play: async (page, url, company) => {
      await signIn(page, url, 'Alan');
      await page.goto(`${url}#/people`);
      await page.waitForSelector('.person');
      await company.ring(CALLER, 'Alan');
      await page.waitForSelector(`.ring[data-from="${CALLER}"]`);
    },
  },
  {
    name: 'room-phone',
    view: PHONE,
    dark: false,
    play: (page, url, company) => goInside(page, url, 'Frances', company),
  },
];
