/** A film on demand on the wire: the directory says so everywhere, and a call with a data channel still fits one Ethernet frame. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/front/client.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { BROWSERS, offerOf } from '../support/sdp-fixtures.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { frames } from '../support/tshark/tshark.ts';
import { lacks } from '../support/tools/system-tools.ts';

const STREAMER = 'films';
const UDP_HEADER_BYTES = 8;
/** What one Ethernet frame carries. */
const FRAME_BYTES = 1472;

describe.skipIf(lacks('tshark'))('a film on demand, between services with a secret', () => {
  const folder = scratchFolder('on-demand');
  const capture = join(folder.path, 'signaling.pcapng');
  let system: System;

  beforeAll(async () => {
    system = await startSystem({
      signalingArgs: ['--capture', capture],
      streamers: [{ name: STREAMER, file: join(repository, 'data/sample.webm'), args: ['--mode', 'vod'] }],
      frontArgs: ['--requests-per-minute', '0'],
      env: { ...process.env, SIPCAST_SECRET: 'a secret of the test' },
    });
  });
  afterAll(async () => {
    await system.stop();
    folder.remove();
  });

  it('is listed as one, and kept as one', async () => {
    const viewer = await new Client(system.url.replace(/\/$/, ''), 'reader').register();
    let listed: unknown;
    while (!Array.isArray(listed) || listed.length === 0) listed = (await viewer.post('/options')).body['streamers'];
    expect(listed).toMatchObject([{ name: STREAMER, mode: 'vod' }]);
    expect(readFileSync(join(system.folder, 'directory.xml'), 'utf8')).toContain('<mode>vod</mode>');
  });

  it.each(BROWSERS)('gives %s a data channel, within one frame each way', async (browser) => {
    const viewer = new Client(system.url.replace(/\/$/, ''), `watcher ${browser}`);
    const { status, body } = await viewer.watch(STREAMER, offerOf(browser, 'data-channel'));
    expect(status).toBe(200);
    expect(body['sdp']).toMatch(/m=application [1-9]\d* UDP\/DTLS\/SCTP webrtc-datachannel/);
    await viewer.post('/leave');
    const sip = Number(new URL(`udp://${system.signaling.process.addresses['sip'] ?? ''}`).port);
    const sizes = (await frames(capture, ['udp.length', 'sip.Method'], { filter: 'sdp', sipPorts: [sip] })).map(({ 'udp.length': [length] }) => Number(length) - UDP_HEADER_BYTES);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(FRAME_BYTES);
  });
});
