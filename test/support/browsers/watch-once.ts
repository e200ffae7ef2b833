/**
 * A program that runs where a test cannot reach: it drives a browser inside another network namespace, watches one
 * streamer, and sends what it saw to the process that started it.
 *
 * Arguments: browser, address of the page, name of the streamer.
 */
import type { PlayerStats } from '../../../front/page/src/automation.ts';
import { launchBrowser } from './launch.ts';
import type { BrowserKind } from './launch.ts';
import type { PictureLook } from './picture.ts';
import { ViewerPage } from './viewer-page.ts';

export interface Watched {
  stats: PlayerStats;
  picture: PictureLook;
  complaints: string[];
}

const [kind, url = '', streamer = ''] = process.argv.slice(2) as [BrowserKind, string?, string?];
const { browser, close } = await launchBrowser(kind);
try {
  const viewer = await ViewerPage.open(browser, url);
  await viewer.signIn(`far away in ${kind}`);
  await viewer.choose(streamer);
  const stats = await viewer.plays();
  await viewer.statsReach('totalAudioEnergy', stats.totalAudioEnergy);
  const watched: Watched = { stats, picture: await viewer.picture(), complaints: viewer.complaints };
  await viewer.stop();
  await viewer.close();
  process.send?.(watched);
} finally {
  await close();
  process.disconnect();
}
