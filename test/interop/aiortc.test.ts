/** aiortc, a stranger's WebRTC, watches by WHEP and publishes by WHIP; what it decodes is looked at. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AiortcScript } from '../support/aiortc/aiortc.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const TEST_PATTERN = 'pattern';
const TOKEN = 'studio-51c9';
/** At this many a second it is more than a colour lasts. */
const PICTURES = 45;
/** Of 16 bits: a tone, not the hum of a codec. */
const LOUD = 1_000;

describe.skipIf(lacks('aiortc', 'ffmpeg'))('aiortc', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({
      streamers: [{ name: TEST_PATTERN, args: ['--media-host', '127.0.0.1'] }],
      ingests: ['ingest'],
      frontArgs: ['--requests-per-minute', '0'],
      env: { SIPCAST_PUBLISH_TOKEN: TOKEN, SIPCAST_MEDIA_HOST: '127.0.0.1' },
    });
    for (const name of [TEST_PATTERN, 'ingest']) await system.streamer(name).process.child.log.waitFor(({ text }) => text.includes('registered as'));
  });
  afterAll(() => system.stop());

  it('watches a streamer by WHEP: its pictures move, and it hears a sound', async () => {
    const watcher = new AiortcScript('watch', `${system.url}whep/${TEST_PATTERN}`, '30');
    expect(await watcher.told('began')).toMatchObject({ began: 201, type: 'application/sdp' });
    const { size, means, loudest } = await watcher.told('size');
    expect(size).toEqual([640, 360]);
    expect(new Set((means as number[][]).map(String)).size).toBeGreaterThan(1);
    expect(loudest).toBeGreaterThan(LOUD);
    expect(await watcher.told('deleted')).toEqual({ deleted: 200 });
    await watcher.end();
  });

  it('is told that nobody has that name, and that it may not publish', async () => {
    const refusals = [new AiortcScript('watch', `${system.url}whep/nobody`, '1').told('refused'), new AiortcScript('publish', `${system.url}whip/colours`, 'guess').told('refused')];
    expect(await Promise.all(refusals)).toMatchObject([{ refused: 404 }, { refused: 401 }]);
  });

  it('publishes by WHIP, and watches by WHEP what it has published: the same colours, and the tone', async () => {
    const publisher = new AiortcScript('publish', `${system.url}whip/colours?title=Red%20and%20blue`, TOKEN);
    expect(await publisher.told('began')).toMatchObject({ began: 201, type: 'application/sdp' });
    const rival = new AiortcScript('publish', `${system.url}whip/colours`, TOKEN);
    const watcher = new AiortcScript('watch', `${system.url}whep/colours`, String(PICTURES));
    const { size, means, loudest } = await watcher.told('size');
    expect(size).toEqual([320, 240]);
    expect(new Set((means as number[][]).map(colourOf))).toEqual(new Set(['red', 'blue']));
    expect(loudest).toBeGreaterThan(LOUD);
    expect(await rival.told('refused')).toMatchObject({ refused: 409 });
    await watcher.end();
    await publisher.end();
    expect(await publisher.told('deleted')).toEqual({ deleted: 200 });
    expect(await new AiortcScript('watch', `${system.url}whep/colours`, '1').told('refused')).toMatchObject({ refused: 404 });
  });

  it('gives no service anything to complain of', () => {
    expect(system.complaints()).toEqual([]);
  });
});

function colourOf([red = 0, , blue = 0]: readonly number[]): string {
  return red > blue ? 'red' : 'blue';
}
