/** kill -9 of the replica that somebody watches: the picture stands for a moment and goes on at another, and the page shows no fault. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { scrape } from '../support/metrics/scrape.ts';
import { startSystem } from '../support/system.ts';
import type { System, SystemPart } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

/** Two seconds are the aim; the browser, its decoders and all services share this machine with other tests. */
const LIMIT_MS = 5_000;

const replica = (id: string) => ({ name: 'cam', args: ['--replica', id, '--metrics-port', '0'] });

interface Watched {
  /** The longest time without a new picture, ms. */
  gapMs: number;
  /** All that the player showed meanwhile. */
  phases: string[];
  /** How long the picture had stood at each change of them, ms. */
  stoodMs: number[];
}

declare global {
  // Kept by the page for this test.
  var watched: Watched | undefined;
}

async function watchedBy(part: SystemPart): Promise<boolean> {
  return (await scrape(part.process.addresses['metrics'] ?? '')).get('sipcast_streamer_viewers') === 1;
}

/** Notes each new picture from now on. */
async function observe(viewer: ViewerPage): Promise<void> {
  await viewer.page.evaluate(() => {
    const noted: Watched = { gapMs: 0, phases: [], stoodMs: [] };
    watched = noted;
    let frames = -1;
    let since = performance.now();
    setInterval(() => {
      const count = document.querySelector<HTMLVideoElement>('.stage-video:not([data-unseen])')?.getVideoPlaybackQuality().totalVideoFrames ?? -1;
      const phase = sipcast?.player.state()?.phase ?? 'none';
      const now = performance.now();
      if (noted.phases.at(-1) !== phase) {
        noted.phases.push(phase);
        noted.stoodMs.push(Math.round(now - since));
      }
      if (count !== frames && count > 0) {
        frames = count;
        since = now;
      }
      noted.gapMs = Math.max(noted.gapMs, now - since);
    }, 10);
  });
}

describe.each(BROWSERS)('replicas, watched in %s', (kind) => {
  describe.skipIf(lacks(kind, 'ffmpeg'))('of which one dies', () => {
    let system: System;
    let launched: LaunchedBrowser;
    let viewer: ViewerPage;

    beforeAll(async () => {
      system = await startSystem({ streamers: [replica('a'), replica('b')] });
      launched = await launchBrowser(kind);
      viewer = await ViewerPage.open(launched.browser, system.url);
      await viewer.signIn('watcher');
      await viewer.choose('cam');
      await viewer.plays();
    });
    afterAll(async () => {
      await viewer.close();
      await launched.close();
      await system.stop();
    });

    it('the picture goes on at the other', async () => {
      const watchedOnes = await Promise.all(system.streamers.map(watchedBy));
      expect(watchedOnes.filter(Boolean)).toHaveLength(1);
      const dead = system.streamers[watchedOnes.indexOf(true)];
      const other = system.streamers[watchedOnes.indexOf(false)];
      await observe(viewer);
      await dead?.kill();
      await viewer.page.waitForFunction(() => sipcast?.player.state()?.phase === 'interrupted', { polling: 10 });
      await viewer.page.waitForFunction(() => sipcast?.player.state()?.phase === 'playing', { polling: 10 });
      await viewer.plays(20);
      const { gapMs, phases, stoodMs } = (await viewer.page.evaluate(() => watched)) ?? { gapMs: NaN, phases: [], stoodMs: [] };
      const { answerMs, iceMs, dtlsMs, firstFrameMs } = (await viewer.stats())?.ttff ?? {};
      console.info(`${kind}: ${Math.round(gapMs)} ms without a new picture (${phases.join()} after ${stoodMs.join()} ms), of which the new connection took ${[answerMs, iceMs, dtlsMs, firstFrameMs].map((ms) => Math.round(ms ?? NaN)).join(', ')} ms (answer, ICE, DTLS, picture)`);
      expect(stoodMs.at(-1), 'when the new picture was there').toBeLessThan(LIMIT_MS);
      expect(gapMs).toBeLessThan(3 * LIMIT_MS);
      expect(phases).toEqual(['playing', 'interrupted', 'playing']);
      expect(await viewer.page.$eval('.stage-cover', (cover) => (cover as HTMLElement).hidden)).toBe(true);
      if (other) await expect.poll(() => watchedBy(other)).toBe(true);
    });
  });
});
