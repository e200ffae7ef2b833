/** Browsers that watch a relay of a relay: picture and sound as the origin has them, and in step. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDetour, takeDetour } from '../support/browsers/detour.ts';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { measureLipSync } from '../support/browsers/lip-sync.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { flashAndBeep } from '../support/media/quality-clips.ts';
import { scratchFolder } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const LIP_SYNC_MS = 60;
/** Browsers take some seconds to bring sound and picture together. */
const MAX_BEEPS = 40;

describe.skipIf(lacks('ffmpeg'))('a relay of a relay', () => {
  const scratch = scratchFolder('relay-e2e');
  let system: System;

  beforeAll(async () => {
    const relay = (name: string, of: string) => ({ name, file: 'relay', args: ['--source', `sip:${of}`] });
    system = await startSystem({ streamers: [{ name: 'origin', file: await flashAndBeep(scratch.path) }, relay('first', 'origin'), relay('second', 'first')] });
    for (const { process } of system.streamers) await process.child.log.waitFor(({ text }) => text.includes('registered as'));
  });
  afterAll(async () => {
    await system.stop();
    scratch.remove();
  });

  describe.each(BROWSERS)('in %s', (kind) => {
    describe.skipIf(lacks(kind))('as anybody watches it', () => {
      let launched: LaunchedBrowser;

      beforeAll(async () => {
        launched = await launchBrowser(kind);
      });
      afterAll(() => launched.close());

      it(`plays, with sound within ${LIP_SYNC_MS} ms of the picture`, async () => {
        const viewer = await ViewerPage.open(launched.browser, system.url, prepareDetour);
        await viewer.signIn(`${kind} far away`);
        await viewer.choose('second');
        const way = await takeDetour(viewer.page);
        await viewer.plays();
        const { offsetsMs, medianMs } = await measureLipSync(viewer.page, { withinMs: LIP_SYNC_MS, count: MAX_BEEPS });
        console.log(`${kind}, sound after picture, two relays on: ${offsetsMs.join(', ')} ms; the latest ${Math.round(medianMs)} ms`);
        expect(Math.abs(medianMs)).toBeLessThanOrEqual(LIP_SYNC_MS);
        expect(viewer.complaints).toEqual([]);
        await viewer.close();
        await way.close();
      });
    });
  });
});
