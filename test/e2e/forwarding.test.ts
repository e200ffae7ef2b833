/** A room's media between real browsers, without any SIP: who sends, who gets, late joiners, leavers, sizes, and what muting does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/sip/timing/clock.ts';
import { chooseEgress } from '../../streamer/egress/open.ts';
import { openForwarding } from '../../streamer/forwarding/open-forwarding.ts';
import type { Forwarding } from '../../streamer/rooms/media.ts';
import { launchBrowser, type LaunchedBrowser } from '../support/browsers/launch.ts';
import { RoomPage, RoomSite } from '../support/browsers/room-page.ts';
import { lacks } from '../support/tools/system-tools.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } as never;

describe.skipIf(lacks('chromium', 'firefox'))('a room of Chromium and Firefox', () => {
  let forwarding: Forwarding;
  let site: RoomSite;
  let chromium: LaunchedBrowser;
  let firefox: LaunchedBrowser;

  beforeAll(async () => {
    forwarding = await openForwarding({ mediaHost: '127.0.0.1', fanout: chooseEgress(undefined).kind, clock: systemClock, random: Math.random, log: quiet });
    site = await RoomSite.open();
    [chromium, firefox] = await Promise.all([launchBrowser('chromium', { fakeMedia: true }), launchBrowser('firefox', { fakeMedia: true })]);
  });
  afterAll(async () => {
    await chromium.close();
    await firefox.close();
    await site.close();
    await forwarding.close();
  });

  it('carries sound and picture both ways, to a late joiner too, and is told who leaves (seeds 2.6, 2.7, 2.24)', async () => {
    const room = forwarding.open('tea');
    const one = await RoomPage.join(chromium.browser, site.url, room, 'm1');
    const two = await RoomPage.join(firefox.browser, site.url, room, 'm2');
    await Promise.all([one.sees('m2-camera'), two.sees('m1-camera'), one.hears('m2-audio'), two.hears('m1-audio')]);
    const three = await RoomPage.join(chromium.browser, site.url, room, 'm3');
    await Promise.all([three.sees('m1-camera'), three.sees('m2-camera'), one.sees('m3-camera'), two.sees('m3-camera'), two.hears('m3-audio')]);
    expect(forwarding.members).toBe(3);
    await two.close();
    expect(forwarding.members).toBe(2);
    const left = await one.until('m2 is gone', ({ incoming }) => incoming.every(({ member }) => member === 'm3'));
    expect(left.incoming.map(({ kind }) => kind).sort()).toEqual(['audio', 'camera']);
    await one.sees('m3-camera');
    await one.close();
    await three.close();
    expect(forwarding.members).toBe(0);
    await room.close();
  });
});
