/** The main job, in both browsers: sign in, choose, see and hear, stop. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { frames } from '../support/tshark/tshark.ts';
import { lacks } from '../support/tools/system-tools.ts';

const SAMPLE = join(repository, 'data/sample.webm');
const STREAMER = 'Élise & co';

describe.each(BROWSERS)('watching in %s', (kind) => {
  describe.skipIf(lacks(kind, 'tshark', 'ffmpeg'))('from the sample clip', () => {
    let system: System;
    let launched: LaunchedBrowser;
    let capture: string;

    beforeAll(async () => {
      capture = join(repository, 'test-output', `watch-${kind}.pcapng`);
      system = await startSystem({
        streamers: [{ name: STREAMER, file: SAMPLE, args: ['--description', 'A clock that beeps'] }, { name: 'test' }],
        signalingArgs: ['--capture', capture],
      });
      launched = await launchBrowser(kind);
    });
    afterAll(async () => {
      await launched.close();
      await system.stop();
    });

    const open = async (name: string) => {
      const viewer = await ViewerPage.open(launched.browser, system.url);
      await viewer.signIn(name);
      return viewer;
    };

    it('serves the page, and lists who streams with title, picture and description (seeds 4.2, 4.6, 4.18, 4.23)', async () => {
      const viewer = await open('wall');
      const card = await viewer.card(STREAMER);
      expect(card.title).not.toBe('');
      expect(card.description).toBe('A clock that beeps');
      await viewer.imageLoaded(STREAMER);
      await viewer.close();
    });

    it('denies a name that another viewer has (seed 4.4)', async () => {
      const first = await open('taken');
      const second = await ViewerPage.open(launched.browser, system.url);
      await second.tryName('taken');
      expect(await second.nameProblem()).toContain('taken');
      await second.close();
      await first.close();
    });

    it('decodes picture and sound, and the picture moves (seeds 4.8, 4.9, 4.19)', async () => {
      const viewer = await open('viewer');
      await viewer.choose(STREAMER);
      const early = await viewer.plays();
      await viewer.statsReach('totalAudioEnergy', early.totalAudioEnergy);
      const later = await viewer.plays();
      expect(later.framesDecoded).toBeGreaterThan(early.framesDecoded);
      expect(later.audioSamples).toBeGreaterThan(early.audioSamples);
      expect(later.ttff.firstFrameMs).toBeGreaterThan(0);
      const picture = await viewer.picture();
      expect(picture.width).toBeGreaterThan(0);
      expect(picture.brightness).toBeGreaterThan(10);
      expect(picture.colours).toBeGreaterThan(4);
      expect(picture.changed).toBeGreaterThan(0);
      expect(viewer.complaints).toEqual([]);
      await viewer.stop();
      await viewer.close();
    });

    it('answers each viewer independently, and counts them (seed 4.9)', async () => {
      const first = await open('first');
      const second = await open('second');
      await Promise.all([first.choose(STREAMER), second.choose('test')]);
      await Promise.all([first.plays(), second.plays()]);
      await first.viewersReach(STREAMER, 1);
      await second.stop();
      await second.viewersReach('test', 0);
      await second.choose(STREAMER);
      await second.plays();
      await first.viewersReach(STREAMER, 2);
      await second.close();
      await first.viewersReach(STREAMER, 1);
      await first.plays();
      await first.close();
    });

    it('sends one BYE for each call that ended (seed 4.17)', async () => {
      const viewer = await open('leaver');
      await viewer.choose('test');
      await viewer.plays();
      await viewer.stop();
      await viewer.viewersReach('test', 0);
      const sip = Number(system.signaling.process.addresses['sip']?.split(':').at(-1));
      const list = await frames(capture, ['sip.Method', 'sip.Call-ID', 'sip.r-uri', 'sip.CSeq.method', 'sip.Status-Code'], { sipPorts: [sip] });
      const calls = new Set(list.filter((frame) => frame['sip.Method'][0] === 'INVITE').map((frame) => frame['sip.Call-ID'][0]));
      const ended = new Set(list.filter((frame) => frame['sip.CSeq.method'][0] === 'BYE' && frame['sip.Status-Code'][0] === '200').map((frame) => frame['sip.Call-ID'][0]));
      expect(calls.size).toBeGreaterThan(3);
      expect(ended).toEqual(calls);
      await viewer.close();
    });

    it('has nothing on any terminal that looks like an error (seed 4.20)', () => {
      expect(system.complaints()).toEqual([]);
    });
  });
});
