/** A film on demand, in both browsers, through the real page: each viewer at his own place, pausing and seeking as he likes. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { scratchFolder } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const SECONDS = 40;
/** Each second of the film is by so much brighter than the one before. */
const BRIGHTER = 5;

/** A film whose picture tells its second: VP8 with a keyframe each second, and a tone. */
function makeFilm(file: string): void {
  const picture = `color=black:size=32x18:rate=25,geq=lum='16+${BRIGHTER}*floor(T)':cb=128:cr=128,scale=160:90:flags=neighbor`;
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=frequency=440', '-t', String(SECONDS)],
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '25', '-keyint_min', '25', '-c:a', 'libopus', '-b:a', '32k', file],
  ]);
}

const folder = scratchFolder('film');
const file = join(folder.path, 'film.webm');
afterAll(() => folder.remove());

describe.each(BROWSERS)('a film on demand in %s', (kind) => {
  describe.skipIf(lacks(kind, 'ffmpeg'))('whose picture tells the time', () => {
    let system: System;
    let launched: LaunchedBrowser;

    beforeAll(async () => {
      if (!existsSync(file)) makeFilm(file);
      system = await startSystem({ streamers: [{ name: 'film', file, args: ['--mode', 'vod'] }] });
      launched = await launchBrowser(kind);
    });
    afterAll(async () => {
      await launched.close();
      await system.stop();
    });

    const open = async (name: string) => {
      const viewer = await ViewerPage.open(launched.browser, system.url);
      await viewer.signIn(name);
      await viewer.choose('film');
      await viewer.plays(10);
      return viewer;
    };
    /** What the picture shows is where the streamer says that the film stands, give or take what is under way. */
    const picturesAgree = (viewer: ViewerPage) => viewer.filmBecomes(({ shown, seconds }) => Math.abs(shown + 0.5 - seconds) <= 1.1, BRIGHTER);
    const text = (viewer: ViewerPage, selector: string) => viewer.page.$eval(selector, (element) => element.textContent);

    it('begins at the beginning for each viewer, pauses, jumps, ends and begins again, while others watch on', async () => {
      const first = await open('first');
      expect((await first.position()).seconds).toBeLessThan(15);
      expect((await first.position()).duration).toBeCloseTo(SECONDS, 0);
      await picturesAgree(first);
      expect(await text(first, '.seek-remaining')).toMatch(/^−0:[2-4]\d$/);
      expect(await first.page.$eval('[data-seek]', (bar) => [bar.getAttribute('aria-label'), bar.getAttribute('aria-valuetext')])).toEqual(['Position in the film', expect.stringMatching(/seconds? of 40 seconds$/)]);
      expect(await first.page.$('.controls .badge-live')).toBeNull();

      await first.page.keyboard.press('k');
      await first.filmBecomes(({ paused }) => paused);
      const second = await open('second');
      const halted = await first.stats();
      const stood = await first.position();
      expect(stood.seconds).toBeGreaterThan((await second.position()).seconds - 30);
      await second.setSeekBar(30);
      await second.filmBecomes(({ seconds }) => seconds >= 30);
      await picturesAgree(second);
      await second.plays(75);
      expect((await first.stats())?.framesDecoded).toBe(halted?.framesDecoded);
      expect((await first.stats())?.audioPackets).toBe(halted?.audioPackets);
      expect(await first.position()).toEqual(stood);
      expect((await first.playerState())?.phase).toBe('playing');

      // Who has paused sees where he jumps to, and stays there.
      await first.page.keyboard.press('l');
      // At a keyframe, of which there is one each second; the sound begins some milliseconds before the picture.
      await first.filmBecomes(({ seconds, paused }) => paused && seconds > stood.seconds + 5 && seconds % 1 < 0.05);
      await picturesAgree(first);
      const jumped = await first.position();
      expect(jumped.seconds).toBeLessThanOrEqual(stood.seconds + 10);
      expect(jumped.seconds).toBeGreaterThan(stood.seconds + 10 - 1.1);
      await first.page.keyboard.press(' ');
      await first.plays(25);
      await picturesAgree(first);

      await second.page.keyboard.press('End');
      await second.page.waitForSelector('button[aria-label="Play again"]');
      expect(await second.position()).toMatchObject({ paused: true });
      expect(await text(second, '.seek-remaining')).toBe('−0:00');
      await second.page.click('button[aria-label="Play again"]');
      await second.filmBecomes(({ seconds, paused }) => !paused && seconds < 20);
      await second.plays(25);
      await picturesAgree(second);

      const watched = await first.stats();
      expect([watched?.packetsLost, watched?.pliCount]).toEqual([0, expect.any(Number)]);
      expect(first.complaints).toEqual([]);
      expect(second.complaints).toEqual([]);
      await first.close();
      await second.close();
      expect(system.complaints()).toEqual([]);
    });
  });
});
