/** How good playback is where the way to the viewer is not: lossy, narrow, and narrow for a while; and whether sound fits picture. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playback, prepareDetour, takeDetour, widthReaches, type Playback } from '../support/browsers/detour.ts';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { measureLipSync } from '../support/browsers/lip-sync.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { flashAndBeep, restless } from '../support/media/quality-clips.ts';
import type { MediaRelay } from '../support/network/media-relay.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const FRAMES_PER_SECOND = 25;
/** Between what the two renditions need, sound included. */
const NARROW_BITS_PER_SECOND = 450_000;
const LIP_SYNC_MS = 60;
/** Browsers take some seconds to bring sound and picture together. */
const MAX_BEEPS = 40;

interface Watching {
  viewer: ViewerPage;
  relay: MediaRelay;
}

function difference(before: Playback, after: Playback) {
  const seconds = (after.atMs - before.atMs) / 1000;
  const rounded = (value: number) => Number(value.toFixed(1));
  return {
    seconds: rounded(seconds),
    framesASecond: rounded((after.framesDecoded - before.framesDecoded) / seconds),
    freezes: after.freezeCount - before.freezeCount,
    frozenMs: Math.round(after.freezesMs - before.freezesMs),
    frozenPercent: rounded((after.freezesMs - before.freezesMs) / seconds / 10),
    concealedPercent: rounded((100 * (after.concealedSamples - before.concealedSamples)) / Math.max(1, after.audioSamples - before.audioSamples)),
  };
}

describe.skipIf(lacks('ffmpeg'))('the quality of playback', () => {
  const scratch = scratchFolder('quality');
  let system: System;

  beforeAll(async () => {
    const [flash, ladder] = await Promise.all([flashAndBeep(scratch.path), restless(scratch.path)]);
    system = await startSystem({
      streamers: [
        { name: 'sample', file: join(repository, 'data/sample.webm') },
        { name: 'flash', file: flash },
        { name: 'ladder', file: ladder, args: ['--renditions', 'auto', '--cache', join(scratch.path, 'cache')] },
      ],
    });
    // Encoder and browser together are more than two cores can do.
    await system.streamer('ladder').process.child.log.waitFor(({ text }) => text.includes('is encoded, in') || text.includes('from the cache"'));
  });
  afterAll(async () => {
    await system.stop();
    scratch.remove();
  });

  describe.each(BROWSERS)('in %s', (kind) => {
    describe.skipIf(lacks(kind))('over a relay of the test’s own', () => {
      let launched: LaunchedBrowser;

      beforeAll(async () => {
        launched = await launchBrowser(kind);
      });
      afterAll(() => launched.close());

      const watch = async (streamer: string): Promise<Watching> => {
        const viewer = await ViewerPage.open(launched.browser, system.url, prepareDetour);
        await viewer.signIn(`${kind} ${streamer}`);
        await viewer.choose(streamer);
        const relay = await takeDetour(viewer.page);
        await viewer.plays();
        return { viewer, relay };
      };
      const leave = async ({ viewer, relay }: Watching) => {
        await viewer.close();
        await relay.close();
      };

      it('stays watchable when 5 and 15 % of the media packets vanish', async () => {
        const watching = await watch('sample');
        const { viewer, relay } = watching;
        for (const percent of [5, 15]) {
          relay.become({ loss: percent / 100 });
          await viewer.plays(FRAMES_PER_SECOND);
          const before = await playback(viewer.page);
          await viewer.plays(5 * FRAMES_PER_SECOND);
          const figures = difference(before, await playback(viewer.page));
          console.log(`${kind}, ${percent} % lost: ${JSON.stringify(figures)}`);
          expect(figures.framesASecond).toBeGreaterThan(0.8 * FRAMES_PER_SECOND);
          // Of 15 % lost packets it is chance whether a keyframe's are among them, and each such freeze takes a third of a second.
          expect(figures.frozenPercent).toBeLessThan(percent === 5 ? 10 : 50);
        }
        expect(relay.counts.lost).toBeGreaterThan(0);
        await leave(watching);
      });

      it('goes down a rendition when the way becomes narrow, and up again, without a break', async () => {
        const watching = await watch('ladder');
        const { viewer, relay } = watching;
        await widthReaches(viewer.page, 640);
        await viewer.plays(2 * FRAMES_PER_SECOND);
        const wide = await playback(viewer.page);
        relay.become({ bitsPerSecond: NARROW_BITS_PER_SECOND });
        await widthReaches(viewer.page, 320);
        const narrow = await playback(viewer.page);
        await viewer.plays(2 * FRAMES_PER_SECOND);
        relay.become({});
        const widened = await playback(viewer.page);
        await widthReaches(viewer.page, 640);
        const again = await playback(viewer.page);
        await viewer.plays(2 * FRAMES_PER_SECOND);
        const down = difference(wide, narrow);
        const up = difference(widened, await playback(viewer.page));
        console.log(`${kind}, narrow: ${JSON.stringify(down)}; wide again: ${JSON.stringify(up)}, the better picture after ${((again.atMs - widened.atMs) / 1000).toFixed(1)} s`);
        expect(down.seconds).toBeLessThan(5);
        expect(down.frozenMs).toBeLessThan(1_000);
        expect(up.frozenMs).toBeLessThan(1_000);
        expect(up.framesASecond).toBeGreaterThan(0.8 * FRAMES_PER_SECOND);
        await leave(watching);
      });

      it(`brings sound within ${LIP_SYNC_MS} ms of the picture`, async () => {
        const watching = await watch('flash');
        const { offsetsMs, medianMs } = await measureLipSync(watching.viewer.page, { withinMs: LIP_SYNC_MS, count: MAX_BEEPS });
        console.log(`${kind}, sound after picture: ${offsetsMs.join(', ')} ms; the latest ${Math.round(medianMs)} ms`);
        expect(Math.abs(medianMs)).toBeLessThanOrEqual(LIP_SYNC_MS);
        await leave(watching);
      });
    });
  });
});
