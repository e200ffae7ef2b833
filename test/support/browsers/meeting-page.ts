/** The product's page as somebody uses it who calls others and meets them in rooms. */
import type { Browser, Page } from 'puppeteer-core';
import type { MeetingState, ParticipantStats } from '../../../front/page/src/automation.ts';
import { ViewerPage } from './viewer-page.ts';

/** Enough to know that it goes on. */
const MORE_FRAMES = 10;
const MORE_SAMPLES = 20_000;

export interface Others {
  /** Who sends no picture. */
  readonly withoutPicture?: boolean;
  /** Who sends no sound; fake microphones beep. */
  readonly withoutSound?: boolean;
}

export class MeetingPage {
  readonly name: string;
  readonly viewer: ViewerPage;

  private constructor(name: string, viewer: ViewerPage) {
    this.name = name;
    this.viewer = viewer;
  }

  /** Opens the page and signs in. @param at the screen, from `#` on */
  static async open(browser: Browser, url: string, name: string, at = '#/people', prepare?: (page: Page) => Promise<void>): Promise<MeetingPage> {
    const viewer = await ViewerPage.open(browser, url + at, prepare);
    await viewer.signIn(name);
    return new MeetingPage(name, viewer);
  }

  get page(): Page {
    return this.viewer.page;
  }

  state(): Promise<MeetingState | undefined> {
    return this.page.evaluate(() => sipcast?.meeting.state());
  }

  stats(): Promise<readonly ParticipantStats[]> {
    return this.page.evaluate(async () => (await sipcast?.meeting.stats()) ?? []);
  }

  /** Resolves when the call or room is in that phase. */
  async phase(kind: 'call' | 'room', phase: string): Promise<MeetingState> {
    await this.page.waitForFunction(
      (expectedKind, expectedPhase) => {
        const state = sipcast?.meeting.state();
        return state?.kind === expectedKind && state.phase === expectedPhase;
      },
      { polling: 50 },
      kind,
      phase,
    );
    return (await this.state())!;
  }

  /** Resolves when no call goes on any more; its last word may still be there. */
  async isOver(): Promise<void> {
    await this.page.waitForFunction(() => ['over', undefined].includes(sipcast?.meeting.state()?.phase), { polling: 50 });
  }

  /** Resolves when there is neither a call nor a room. */
  async nothing(): Promise<void> {
    await this.page.waitForFunction(() => sipcast?.meeting.state() === undefined, { polling: 50 });
  }

  /** Resolves when everybody named is online. */
  async sees(...names: string[]): Promise<void> {
    await this.page.waitForFunction((expected) => expected.every((name) => sipcast?.meeting.people().includes(name)), { polling: 50 }, names);
  }

  /** Calls somebody from the list of people. */
  async call(name: string): Promise<void> {
    await this.sees(name);
    const button = await this.page.waitForSelector(`xpath///li[contains(., ${JSON.stringify(name)})]//button`);
    // Not with the pointer: others come and go, and the list moves under it.
    await button?.evaluate((element) => (element as HTMLElement).click());
  }

  /** Resolves when somebody rings here. */
  async isRungBy(name: string): Promise<void> {
    await this.page.waitForFunction((from) => sipcast?.meeting.rings().includes(from), { polling: 50 }, name);
    await this.page.waitForSelector(ringOf(name));
  }

  /** Resolves when nobody rings here any more. */
  async isQuiet(): Promise<void> {
    await this.page.waitForFunction(() => sipcast?.meeting.rings().length === 0, { polling: 50 });
  }

  async answer(name: string, how: 'accept' | 'accept-audio' | 'decline'): Promise<void> {
    await this.isRungBy(name);
    await this.page.click(`${ringOf(name)} [data-command=${how}]`);
  }

  /** Presses one of the round buttons, or whatever else has that name. */
  async press(command: string): Promise<void> {
    await this.page.waitForSelector(`[data-command=${command}]`);
    await this.page.$eval(`[data-command=${command}]`, (button) => (button as HTMLElement).click());
  }

  /** Writes into the chat, which is opened for it. */
  async say(text: string, to?: string): Promise<void> {
    if ((await this.page.$('.chat-field')) === null) await this.press('chat');
    await this.page.waitForSelector('.chat-row textarea:not(:disabled)');
    if (to !== undefined) await this.page.select('.chat-to select', to);
    await this.page.type('.chat-row textarea', text);
    await this.page.keyboard.press('Enter');
  }

  /** Resolves when the conversation holds a text of somebody. */
  async hears(from: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      (writer, written) => sipcast?.meeting.state()?.texts.some((line) => line.from === writer && line.text === written),
      { polling: 50 },
      from,
      text,
    );
  }

  /** Resolves when the page shows these words, wherever; the marks that keep names apart from sentences are left out. */
  async reads(words: string): Promise<void> {
    await this.page.waitForFunction((text) => document.body.innerText.replace(/[\u2068\u2069\u200b]/g, '').includes(text), { polling: 50 }, words);
  }

  /** Resolves when somebody is shown to send this. */
  async isShown(name: string, expected: Partial<Pick<MeetingState['participants'][number], 'audio' | 'video' | 'screen'>>): Promise<void> {
    await this.page.waitForFunction(
      (who, wanted) => {
        const person = sipcast?.meeting.state()?.participants.find((each) => each.name === who);
        return person !== undefined && Object.entries(wanted).every(([what, on]) => person[what as 'audio'] === on);
      },
      { polling: 50 },
      name,
      expected,
    );
  }

  /** Resolves when those are here, and nobody else. */
  async isWith(...names: string[]): Promise<void> {
    await this.page.waitForFunction(
      (expected) => {
        const others = sipcast?.meeting.state()?.participants.filter((each) => !each.self).map((each) => each.name) ?? [];
        return JSON.stringify([...others].sort()) === JSON.stringify([...expected].sort());
      },
      { polling: 50 },
      names,
    );
  }

  /** Resolves when picture and sound of somebody are decoded, and go on. */
  async receives(name: string, { withoutPicture = false, withoutSound = false }: Others = {}): Promise<ParticipantStats> {
    const read = async (): Promise<ParticipantStats> => (await this.stats()).find((each) => each.name === name) ?? NOTHING;
    const before = await read();
    await this.page.waitForFunction(
      async (who, frames, samples) => {
        const stats = (await sipcast?.meeting.stats())?.find((each) => each.name === who);
        return stats !== undefined && stats.framesDecoded >= frames && stats.audioSamples >= samples;
      },
      { polling: 200 },
      name,
      withoutPicture ? 0 : before.framesDecoded + MORE_FRAMES,
      withoutSound ? 0 : before.audioSamples + MORE_SAMPLES,
    );
    return read();
  }

  /** Resolves when somebody's screen is decoded, and goes on. */
  async receivesScreen(name: string): Promise<void> {
    await this.page.waitForFunction(async (who) => ((await sipcast?.meeting.stats())?.find((each) => each.name === who)?.screenFramesDecoded ?? 0) > 1, { polling: 200 }, name);
  }

  /** Asks somebody in, from the panel with the people. */
  async ask(name: string): Promise<void> {
    const button = await this.page.waitForSelector(`[data-person=${JSON.stringify(name)}] button`);
    await button?.evaluate((element) => (element as HTMLElement).click());
  }

  close(): Promise<void> {
    return this.viewer.close();
  }
}

const NOTHING: ParticipantStats = { name: '', framesDecoded: 0, screenFramesDecoded: 0, audioSamples: 0, audioEnergy: 0, width: 0, height: 0 };

function ringOf(name: string): string {
  return `.ring[data-from=${JSON.stringify(name)}]`;
}
