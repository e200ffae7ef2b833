/** Players by WHEP on pages of other sites, in both browsers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignPlayer } from '../support/browsers/foreign-player.ts';
import { BROWSERS, launchBrowser } from '../support/browsers/launch.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const STREAMER = 'camera';
const TOKEN = 'player-9b2e';

describe.skipIf(lacks(...BROWSERS))('a player on a page of another site', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ streamers: [{ name: STREAMER }], env: { SIPCAST_WATCH_TOKEN: TOKEN, SIPCAST_ICE_SERVERS: 'stun:127.0.0.1:9' } });
    await system.streamer(STREAMER).process.child.log.waitFor(({ text }) => text.includes('registered as'));
  });
  afterAll(() => system.stop());

  it.each(BROWSERS)('watches by WHEP in %s, tells its candidates, restarts ICE and sees on, and leaves', async (kind) => {
    const { browser, close } = await launchBrowser(kind, { fakeDevices: true });
    try {
      const player = await ForeignPlayer.open(browser);
      const endpoint = `${system.url}whep/${STREAMER}`;
      expect(await player.watch(endpoint, 'guess')).toMatchObject({ status: 401 });
      const seen = await player.watch(endpoint, TOKEN);
      expect(seen).toMatchObject({ status: 201, link: '<stun:127.0.0.1:9>; rel="ice-server"' });
      expect([seen.location, seen.etag]).toEqual([expect.stringMatching(/^\/whep\/camera\/[\w-]{22}$/), expect.stringMatching(/^"/)]);
      await player.decodes(10);
      expect(await player.trickle()).toBe(204);
      expect(await player.restart()).toEqual({ status: 200, renewed: true });
      await player.decodes(30);
      const { log } = system.streamer(STREAMER).process.child;
      const from = log.lines.length;
      expect(await player.leave()).toBe(200);
      await log.waitFor(({ text }) => text.includes('viewer gone'), { from });
      expect(await player.leave()).toBe(404);
      await player.close();
    } finally {
      await close();
    }
    expect(system.complaints()).toEqual([]);
  });
});
