/** The people of the pictures, and where they are. */
import type { Browser, Page } from 'puppeteer-core';
import { drawCamera, takeDevices } from '../support/browsers/drawn-camera.ts';
import type { Face } from '../support/browsers/drawn-camera.ts';
import { MeetingPage } from '../support/browsers/meeting-page.ts';
import { RoomOwner } from '../support/front/room-owner.ts';
import type { OwnedRoom } from '../support/front/room-owner.ts';

/** Of whoever's page it is that is photographed. */
const OWN_FACE: Face = { wall: 28, skin: '#ecbca0', hair: '#5c3422', shirt: '#346078', longHair: true };

const FACES: Readonly<Record<string, Face>> = {
  'Ben Okafor': { wall: 200, skin: '#7a4e36', hair: '#1c1618', shirt: '#e2b85c', longHair: false },
  'Chloé Martin': { wall: 262, skin: '#f4ceb6', hair: '#ce8e46', shirt: '#c8545c', longHair: true },
  'Dinesh Rao': { wall: 150, skin: '#b07c58', hair: '#221c20', shirt: '#eeeee8', longHair: false },
  'Emma Lind': { wall: 330, skin: '#fad8c4', hair: '#3a282c', shirt: '#487c64', longHair: true },
};

const ROOMS = [
  { title: 'Design critique', description: 'Wednesdays at ten. Bring what is half done.' },
  { title: 'Board meeting', description: 'Minutes are in the usual place.', password: 'lighthouse', guest_limit: 12 },
  { title: 'Spanish for beginners', description: 'We read a page together, then talk about the weekend.' },
  { title: 'Quiet study', description: 'Cameras on, microphones off.', guest_limit: 20 },
  { title: 'Support desk', description: 'Somebody is here from nine to five.' },
];

/** They have neither camera nor microphone. */
const GUESTS = ['Farid', 'Noor'];
const GUESTS_ARE_IN = 2;

/** Where the four are. */
const MEETING = { title: 'Monday coffee', description: 'Ten minutes before the week begins. Everybody is welcome.' };

export class Company {
  readonly #browser: Browser;
  readonly #url: string;
  /** Where the four are. */
  readonly meeting: OwnedRoom;
  readonly names = Object.keys(FACES);

  private constructor(browser: Browser, url: string, meeting: OwnedRoom) {
    this.#browser = browser;
    this.#url = url;
    this.meeting = meeting;
  }

  /** Opens the rooms, with all four inside one of them and two guests in another. */
  static async gather(browser: Browser, url: string): Promise<Company> {
    const owner = await RoomOwner.create(url, 'Emma Lind');
    const others: OwnedRoom[] = [];
    for (const plan of ROOMS) others.push(await owner.room(plan));
    const company = new Company(browser, url, await owner.room(MEETING));
    for (const [name, face] of Object.entries(FACES)) await company.#enter(company.meeting, name, face);
    for (const name of GUESTS) await company.#enter(others[GUESTS_ARE_IN]!, name, undefined);
    return company;
  }

  /** Gives a camera to the page that is photographed. */
  prepare(page: Page): Promise<void> {
    return drawCamera(page, OWN_FACE);
  }

  /** Has somebody call who is in no room. */
  async ring(caller: string, called: string): Promise<void> {
    const page = await MeetingPage.open(this.#browser, this.#url, caller);
    await page.call(called);
  }

  async #enter(room: OwnedRoom, name: string, face: Face | undefined): Promise<void> {
    const member = await MeetingPage.open(this.#browser, this.#url, name, `#/room/${room.id}`, (page) => (face ? drawCamera(page, face) : takeDevices(page)));
    await member.press('join');
    await member.phase('room', 'inside');
  }
}
