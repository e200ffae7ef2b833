/** Films in every codec that is sent, in both browsers: those that a browser lacks come to it in another one. */
import { rm } from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser, type LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { clip, ENCODERS, pattern, tone } from '../support/media/ffmpeg.ts';
import { startSystem, type System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const SECONDS = 6;
const INPUT = [...pattern('480x270', SECONDS), ...tone(SECONDS)];
/** Sound in AAC is encoded, and H.264 in VP8 as well. The last needs ffmpeg for everything. */
const FILMS = {
  vp9: ['film.webm', ...ENCODERS.VP9, ...ENCODERS.opus],
  av1: ['film.mp4', ...ENCODERS.AV1, ...ENCODERS.opus],
  h264: ['film.mp4', ...ENCODERS.H264, '-c:a', 'aac'],
  old: ['film.avi', '-c:v', 'mpeg4', '-b:v', '1M', '-c:a', 'mp3'],
} as const;

/** Firefox has no H.264 of its own. */
const CODECS = { chromium: { vp9: 'VP9', av1: 'AV1', h264: 'H264', old: 'VP8' }, firefox: { vp9: 'VP9', av1: 'AV1', h264: 'VP8', old: 'VP8' } } as const;

describe.skipIf(lacks('ffmpeg'))('films', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sipcast-films-'));
  let system: System;

  beforeAll(async () => {
    const streamers = [];
    for (const [name, [file, ...encoders]] of Object.entries(FILMS)) {
      streamers.push({ name, file: await clip(folder, `${name}-${file}`, ...INPUT, ...encoders), args: ['--cache', join(folder, 'cache')] });
    }
    system = await startSystem({ streamers });
  });
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  describe.each(BROWSERS)('in %s', (kind) => {
    let launched: LaunchedBrowser;
    beforeAll(async () => {
      launched = await launchBrowser(kind);
    });
    afterAll(() => launched.close());

    it.skipIf(lacks(kind))('play, with sound, one after the other', async () => {
      const viewer = await ViewerPage.open(launched.browser, system.url);
      await viewer.signIn(`films-${kind}`);
      for (const name of Object.keys(FILMS) as (keyof typeof FILMS)[]) {
        await viewer.choose(name);
        const early = await viewer.plays();
        expect(early.videoCodec).toContain(CODECS[kind][name]);
        await viewer.statsReach('totalAudioEnergy', early.totalAudioEnergy);
        expect(await viewer.picture(), name).toMatchObject({ width: 480, height: 270 });
        await viewer.stop();
      }
      expect(viewer.complaints).toEqual([]);
      await viewer.close();
      expect(system.complaints()).toEqual([]);
    });
  });
});
