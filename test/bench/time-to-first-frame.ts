/** How long a viewer waits for the picture, in a real browser, and where the time goes. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PlayerStats } from '../../front/page/src/automation.ts';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { BrowserKind } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { formatSummary, summarize } from './statistics.ts';

const WATCHES = 20;
/** Nobody chooses sooner from what he has just come to see; the page gets a connection ready meanwhile. */
const LOOKS_AROUND_MS = 1_000;
/** From the click on. */
const LEFT_ALONE_MS = 500;
/** Moments at which viewers come are spread over the second between two keyframes. */
const STAGGER_FRAMES = [3, 11, 19, 7, 15];

/** @returns one row: browser, answer, ICE, DTLS, first frame (ms from when a watch begins) */
export async function timeToFirstFrame(kind: BrowserKind, url: string, streamer: string): Promise<string[]> {
  const launched = await launchBrowser(kind);
  try {
    const viewer = await ViewerPage.open(launched.browser, url);
    await viewer.signIn(`bench ${kind}`);
    const watches: PlayerStats['ttff'][] = [];
    for (let index = -1; index < WATCHES; index += 1) {
      await wait(LOOKS_AROUND_MS);
      await viewer.click(streamer);
      await wait(LEFT_ALONE_MS);
      const { ttff } = await viewer.plays(STAGGER_FRAMES[(index + 1) % STAGGER_FRAMES.length]);
      // The first watch warms the browser's own code up.
      if (index >= 0) watches.push(ttff);
      await viewer.stop();
    }
    const column = (name: keyof PlayerStats['ttff']) => formatSummary(summarize(watches.map((watch) => watch[name])));
    return [kind, column('answerMs'), column('iceMs'), column('dtlsMs'), column('firstFrameMs')];
  } finally {
    await launched.close();
  }
}
