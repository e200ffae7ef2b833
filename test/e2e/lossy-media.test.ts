/** Playback over a way that loses packets of media: watchable, in both browsers. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playback, prepareDetour, takeDetour, type Playback } from '../support/browsers/detour.ts';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import type { MediaRelay } from '../support/network/media-relay.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const SAMPLE = join(repository, 'data/sample.webm');
const FRAMES_PER_SECOND = 25;
const FRAMES = 5 * FRAMES_PER_SECOND;
/** Before anything is judged: jitter buffers take their measure of the way. */
const WARM_UP_FRAMES = FRAMES_PER_SECOND;

function difference(before: Playback, after: Playback) {
  const seconds = (after.atMs - before.atMs) / 1000;
  const audio = after.audioSamples - before.audioSamples;
  return {
    seconds: Number(seconds.toFixed(1)),
    framesASecond: Number(((after.framesDecoded - before.framesDecoded) / seconds).toFixed(1)),
    freezes: after.freezeCount - before.freezeCount,
    frozenPercent: Number(((after.freezesMs - before.freezesMs) / seconds / 10).toFixed(1)),
    concealedPercent: Number(((100 * (after.concealedSamples - before.concealedSamples)) / Math.max(1, audio)).toFixed(1)),
  };
}

describe.each(BROWSERS)('media that gets lost on its way to %s', (kind) => {
  describe.skipIf(lacks(kind))('from the sample clip', () => {
    let system: System;
    let launched: LaunchedBrowser;
    let viewer: ViewerPage;
    let relay: MediaRelay;

    beforeAll(async () => {
      system = await startSystem({ streamers: [{ name: 'sample', file: SAMPLE }] });
      launched = await launchBrowser(kind);
      viewer = await ViewerPage.open(launched.browser, system.url, prepareDetour);
      await viewer.signIn('lossy');
      await viewer.choose('sample');
      relay = await takeDetour(viewer.page);
      await viewer.plays();
    });
    afterAll(async () => {
      await launched.close();
      await relay.close();
      await system.stop();
    });

    it.each([[5], [15]])('stays watchable when %d of 100 packets vanish', async (percent) => {
      relay.become({ loss: percent / 100 });
      await viewer.plays(WARM_UP_FRAMES);
      const before = await playback(viewer.page);
      await viewer.plays(FRAMES);
      const figures = difference(before, await playback(viewer.page));
      console.log(`${kind}, ${percent} % lost: ${JSON.stringify(figures)}`);
      expect(relay.counts.lost).toBeGreaterThan(0);
      expect(figures.framesASecond).toBeGreaterThan(0.8 * FRAMES_PER_SECOND);
      expect(figures.frozenPercent).toBeLessThan(percent === 5 ? 5 : 20);
    });
  });
});
