/** A room's media between real browsers, without any SIP: who sends, who gets, late joiners, leavers, sizes, and what muting does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/sip/timing/clock.ts';
import { chooseEgress } from '../../streamer/egress/open.ts';
import { newForwardingCounts } from '../../streamer/forwarding/counts.ts';
import { openForwarding } from '../../streamer/forwarding/open-forwarding.ts';
import type { Forwarding } from '../../streamer/rooms/media.ts';
import { launchBrowser, type LaunchedBrowser } from '../support/browsers/launch.ts';
import { RoomPage, RoomSite } from '../support/browsers/room-page.ts';
import { lacks } from '../support/tools/system-tools.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } as never;

describe.skipIf(lacks('chromium', 'firefox'))('a room of Chromium and Firefox', () => {
  const counts = newForwardingCounts();
  let forwarding: Forwarding;
  let site: RoomSite;
  let chromium: LaunchedBrowser;
  let firefox: LaunchedBrowser;

  beforeAll(async () => {
    forwarding = await openForwarding({ counts, mediaHost: '127.0.0.1', fanout: chooseEgress(undefined).kind, clock: systemClock, random: Math.random, log: quiet });
    site = await RoomSite.open();
    [chromium, firefox] = await Promise.all([launchBrowser('chromium', { fakeDevices: true }), launchBrowser('firefox', { fakeDevices: true })]);
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
    const sections = await one.sections();
    const four = await RoomPage.join(firefox.browser, site.url, room, 'm4');
    await Promise.all([one.sees('m4-camera'), one.hears('m4-audio'), three.sees('m4-camera'), four.sees('m1-camera'), four.hears('m3-audio')]);
    expect(await one.sections(), 'what was free is used again').toBe(sections);
    await one.until('he is told what belongs together', ({ incoming }) => incoming.filter(({ senderReports }) => senderReports > 0).length === 4);
    await one.close();
    await three.close();
    await four.close();
    expect(forwarding.members).toBe(0);
    expect(counts.packetsReceived).toBeGreaterThan(100);
    expect(counts.bytesReceived / counts.packetsReceived).toBeLessThan(1_500);
    expect(counts.packetsSent, 'each has several who get it').toBeGreaterThan(counts.packetsReceived / 2);
    expect(counts.keyframeRequestsSent).toBeGreaterThan(0);
    await room.close();
  });

  it('lets a browser send more as time goes by, and sends others no larger a picture than they show (seed 2.24)', async () => {
    const room = forwarding.open('sizes');
    const one = await RoomPage.join(chromium.browser, site.url, room, 'm1', { simulcast: true, height: 720 });
    const two = await RoomPage.join(firefox.browser, site.url, room, 'm2', { height: 180 });
    await two.seesHeight('m1-camera', 720);
    for (const height of [180, 360]) {
      two.media.sizes(new Map([['m1', height]]));
      await two.seesHeight('m1-camera', height);
      await two.sees('m1-camera');
    }
    two.media.sizes(new Map([['m1', 0]]));
    await two.seesNoMore('m1-camera');
    await two.hears('m1-audio');
    two.media.sizes(new Map([['m1', 720]]));
    await two.seesHeight('m1-camera', 720);
    await one.until('it may send a megabit a second', ({ availableOutgoingBitrate }) => availableOutgoingBitrate > 1_000_000);
    await one.close();
    await two.close();
    await room.close();
  });

  it('forwards nothing of what is off, shows a screen beside the camera, and says who speaks (seeds 2.24, 1.7)', async () => {
    const room = forwarding.open('muting');
    const speaking: (string | undefined)[] = [];
    room.onSpeaking((member) => speaking.push(member));
    const one = await RoomPage.join(chromium.browser, site.url, room, 'm1', { showing: { audio: false, video: true, screen: false }, height: 180 });
    const two = await RoomPage.join(firefox.browser, site.url, room, 'm2', { simulcast: true, height: 180 });
    await two.sees('m1-camera');
    expect(await two.incoming('m1-audio')).toBeUndefined();
    await one.hears('m2-audio');
    await one.until('m2 is known to speak', () => speaking.includes('m2'));
    one.media.show({ audio: true, video: false, screen: false });
    await two.hears('m1-audio');
    await two.seesNoMore('m1-camera');
    one.media.show({ audio: true, video: true, screen: false });
    await two.sees('m1-camera');
    await one.showScreen();
    await two.seesHeight('m1-screen', 400);
    await Promise.all([two.sees('m1-screen'), two.sees('m1-camera'), one.sees('m2-camera')]);
    two.media.show({ audio: false, video: true, screen: false });
    await one.until('nobody else is known to speak', () => speaking.at(-1) !== 'm2');
    await one.close();
    await two.close();
    await room.close();
  });

  it('repairs what is lost on either way, and gives way where one is narrow (seed 2.24)', async () => {
    const room = forwarding.open('ways');
    const one = await RoomPage.join(chromium.browser, site.url, room, 'm1', { simulcast: true, height: 720, relayed: true });
    const two = await RoomPage.join(chromium.browser, site.url, room, 'm2', { height: 180, relayed: true });
    await two.seesHeight('m1-camera', 720);
    one.way.become({ lossFromViewer: 0.05 });
    two.way.become({ loss: 0.05 });
    await one.until('he sends again what was lost', ({ outgoing }) => outgoing.some(({ nackCount, retransmittedPacketsSent }) => nackCount > 0 && retransmittedPacketsSent > 0));
    await two.until('he gets again what was lost', ({ incoming }) => incoming.some(({ retransmittedPacketsReceived }) => retransmittedPacketsReceived > 0));
    await two.sees('m1-camera', 30);
    one.way.become({});
    two.way.become({ bitsPerSecond: 350_000, queueMs: 300 });
    await two.until('a smaller picture comes', ({ incoming }) => incoming.some(({ kind, frameHeight }) => kind === 'camera' && frameHeight > 0 && frameHeight < 720));
    await two.sees('m1-camera');
    await two.hears('m1-audio');
    two.way.become({});
    await two.seesHeight('m1-camera', 720);
    await one.close();
    await two.close();
    await room.close();
  });
});
