/** kill -9 of each service while somebody watches: the picture goes on where media does not need it, and all is found again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

/** "Within a few seconds" of the service's return, on a machine that also runs the browser and the test. */
const FOUND_AGAIN_MS = 15_000;

describe.each(BROWSERS)('a service dies while somebody watches in %s', (kind) => {
  describe.skipIf(lacks(kind, 'ffmpeg'))('and comes back', () => {
    let system: System;
    let launched: LaunchedBrowser;
    let viewer: ViewerPage;

    beforeAll(async () => {
      system = await startSystem({ streamers: [{ name: 'cam' }] });
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

    it('signaling: the picture goes on, and the list is back soon after the daemon (seed 4.15)', async () => {
      const { offers } = (await viewer.playerState()) ?? {};
      await system.signaling.kill();
      await viewer.page.waitForFunction(() => sipcast?.service().signaling === 'down');
      await viewer.plays(50);
      expect((await viewer.playerState())?.offers).toBe(offers);
      const from = performance.now();
      await system.signaling.start();
      await viewer.page.waitForFunction(() => sipcast?.service().signaling === 'up' && (sipcast.streamers()?.length ?? 0) === 1);
      expect(performance.now() - from).toBeLessThan(FOUND_AGAIN_MS);
      await viewer.plays();
      expect((await viewer.playerState())?.offers).toBe(offers);
      await viewer.stop();
      await viewer.choose('cam');
      await viewer.plays();
    });

    it('front: the picture goes on, and the page finds it again', async () => {
      await system.front.kill();
      await viewer.page.waitForFunction(() => sipcast?.service().front === 'away');
      await viewer.plays(50);
      const from = performance.now();
      await system.front.start();
      await viewer.page.waitForFunction(() => sipcast?.service().front === 'live' && sipcast.session().state === 'in');
      expect(performance.now() - from).toBeLessThan(FOUND_AGAIN_MS);
      await viewer.plays();
    });

    it('the streamer: the page says so, and plays again by itself when it is back', async () => {
      const { offers = 0 } = (await viewer.playerState()) ?? {};
      await system.streamer('cam').kill();
      await viewer.page.waitForFunction(() => sipcast?.player.state()?.phase !== 'playing');
      const from = performance.now();
      await system.streamer('cam').start();
      await viewer.plays();
      expect(performance.now() - from).toBeLessThan(2 * FOUND_AGAIN_MS);
      expect((await viewer.playerState())?.offers).toBeGreaterThan(offers);
    });
  });
});
