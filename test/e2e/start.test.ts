/** `npm start` on a fresh clone: one command, one address, and all of it ends together. */
import { afterEach, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { repository } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { lacks } from '../support/tools/system-tools.ts';

/** What a terminal shows when something is wrong; a normal run must print none of it. */
const LOOKS_LIKE_AN_ERROR = /error|warn|exception|fail|refused|timeout|deprecat|undefined|NaN|\[object|\bat .*:\d+:\d+/i;

const running: Child[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) await child.end('SIGINT');
});

function npmStart(...args: string[]): Child {
  const child = new Child('npm', ['start', '--silent', '--', ...args], { name: 'npm start', cwd: repository, ownGroup: true, env: { npm_config_loglevel: 'silent' } });
  running.push(child);
  return child;
}

async function addressOf(child: Child): Promise<string> {
  const { text } = await child.log.waitFor((line) => /sipcast: ready: open http/.test(line.text));
  return /http\S+/.exec(text)?.[0] ?? '';
}

describe.skipIf(lacks(...BROWSERS, 'ffmpeg'))('npm start', () => {
  it.each(BROWSERS)('shows the sample with sound in %s, and nothing on the terminal looks like an error (seeds 4.1, 4.19, 4.20)', async (kind) => {
    const child = npmStart();
    const launched = await launchBrowser(kind);
    const viewer = await ViewerPage.open(launched.browser, await addressOf(child));
    await viewer.signIn('somebody');
    const streamers = await viewer.page.waitForFunction(() => sipcast?.streamers()?.[0]?.name);
    await viewer.choose(String(await streamers.jsonValue()));
    const { totalAudioEnergy } = await viewer.plays();
    await viewer.statsReach('totalAudioEnergy', totalAudioEnergy);
    expect((await viewer.picture()).brightness).toBeGreaterThan(10);
    await viewer.stop();
    await viewer.close();
    await launched.close();
    await child.end('SIGINT');
    const stopped = child.log.lines.flatMap(({ text }) => /(\w+): stopped/.exec(text)?.[1] ?? []);
    expect(stopped.sort()).toEqual(['front', 'signaling', 'sipcast', 'streamer', 'streamer', 'streamer']);
    expect(child.log.lines.map(({ text }) => text).filter((text) => LOOKS_LIKE_AN_ERROR.test(text))).toEqual([]);
  });

  it('goes past ports that are taken', async () => {
    const one = await addressOf(npmStart());
    const two = await addressOf(npmStart());
    expect(one).not.toBe(two);
    for (const url of [one, two]) expect((await fetch(url)).status).toBe(200);
  });
});
