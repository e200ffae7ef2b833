/**
 * A program that runs where a test cannot reach: it drives a browser inside another network namespace, tells the process that started it
 * what the player says when no media comes, and then whether it plays after all.
 *
 * Arguments: browser, address of the page, name of the streamer.
 */
import { launchBrowser } from './launch.ts';
import type { BrowserKind } from './launch.ts';
import { problemOn } from './problem.ts';
import type { Problem } from './problem.ts';
import { ViewerPage } from './viewer-page.ts';

export interface InVain {
  problem: Problem;
}

export interface AfterAll {
  framesDecoded: number;
  complaints: string[];
}

const [kind, url = '', streamer = ''] = process.argv.slice(2) as [BrowserKind, string?, string?];
const { browser, close } = await launchBrowser(kind);
try {
  const viewer = await ViewerPage.open(browser, url);
  await viewer.signIn(`behind a wall in ${kind}`);
  await viewer.choose(streamer);
  const inVain: InVain = { problem: await problemOn(viewer.page) };
  process.send?.(inVain);
  const { framesDecoded } = await viewer.plays();
  await viewer.close();
  const afterAll: AfterAll = { framesDecoded, complaints: viewer.complaints };
  process.send?.(afterAll);
} finally {
  await close();
  process.disconnect();
}
