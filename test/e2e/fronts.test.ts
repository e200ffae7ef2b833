/** The page behind a balancer in front of several fronts, the one that carries its call being killed while it plays. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { SeveralFronts } from '../support/front/several-fronts.ts';
import { lacks } from '../support/tools/system-tools.ts';

/** A picture that stands for so long was interrupted, ms; how short it is on a machine of its own is printed. */
const LONGEST_GAP_MS = 5_000;

declare global {
  // When frames were shown, of whichever video, and what the player said it did; kept in the page.
  var shownAt: number[] | undefined;
  var phasesSeen: Set<string> | undefined;
}

/** Notes in the page when each frame is shown, in every video that there is or will be. */
function noteFrames(): void {
  const shown: number[] = (globalThis.shownAt = []);
  const phases = (globalThis.phasesSeen = new Set<string>());
  const look = (): void => {
    phases.add(sipcast?.player.state()?.phase ?? 'none');
    requestAnimationFrame(look);
  };
  look();
  const seen = new WeakSet<HTMLVideoElement>();
  const follow = (): void => {
    for (const video of document.querySelectorAll('video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      const note = (now: number): void => {
        shown.push(now);
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    }
  };
  follow();
  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
}

/** The longest time without a new frame, ms. */
function longestGap(): number {
  const times = [...(globalThis.shownAt ?? [])].sort((one, other) => one - other);
  return times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0);
}

describe.skipIf(lacks('chromium', 'ffmpeg', 'postgres', 'nginx'))('a page whose front dies', () => {
  let town: SeveralFronts;
  let launched: LaunchedBrowser;
  let viewer: ViewerPage;

  beforeAll(async () => {
    town = await SeveralFronts.start({ fronts: 3, streamers: [{ name: 'cam' }] });
    launched = await launchBrowser('chromium');
    viewer = await ViewerPage.open(launched.browser, town.url);
    await viewer.signIn('watcher');
    await viewer.choose('cam');
    await viewer.plays();
  });
  afterAll(async () => {
    await viewer.close();
    await launched.close();
    await town.stop();
  });

  it('plays on without a break, by a call of another front', async () => {
    const home = await town.homeOf('watcher');
    expect(home).toBeDefined();
    await viewer.page.evaluate(noteFrames);
    await viewer.plays(75);
    const usual = await viewer.page.evaluate(longestGap);
    await town.kill(home!);
    await viewer.page.waitForFunction(() => (sipcast?.player.state()?.offers ?? 0) >= 2 && sipcast?.service().front === 'live');
    await viewer.plays(50);
    const phases = await viewer.page.evaluate(() => [...(globalThis.phasesSeen ?? [])]);
    // On a machine that has no time for it, media may be late by itself; it is never connected anew, as after a failure.
    expect(phases.filter((phase) => phase !== 'playing' && phase !== 'interrupted')).toEqual([]);
    const longest = await viewer.page.evaluate(longestGap);
    console.log(`longest time without a new frame: ${Math.round(longest)} ms; before the front was killed ${Math.round(usual)} ms`);
    expect(longest).toBeLessThan(LONGEST_GAP_MS);
    expect(await town.homeOf('watcher')).not.toBe(home);
  });

  it('is counted once by the streamer, when the old call has ended', async () => {
    await viewer.viewersReach('cam', 1);
    await viewer.stop();
    await viewer.viewersReach('cam', 0);
  });
});
