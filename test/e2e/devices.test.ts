/** Who has no camera, no microphone or no HTTPS is told so and what to do, and takes part all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { MeetingPage } from '../support/browsers/meeting-page.ts';
import { RoomOwner } from '../support/front/room-owner.ts';
import type { OwnedRoom } from '../support/front/room-owner.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

const OTHER_HOST = 'somewhere.example';

describe.skipIf(lacks('chromium'))('without devices', () => {
  let system: System;
  let bare: LaunchedBrowser;
  let equipped: LaunchedBrowser;
  let room: OwnedRoom;

  beforeAll(async () => {
    [system, bare, equipped] = await Promise.all([
      startSystem({ streamers: [], rooms: ['rooms'] }), launchBrowser('chromium', { insecureHost: OTHER_HOST }), launchBrowser('chromium', { fakeDevices: true }),
    ]);
    room = await (await RoomOwner.create(system.url)).room({ title: 'Bring nothing' });
  });
  afterAll(async () => {
    await bare.close();
    await equipped.close();
    await system.stop();
  });

  it('one reads why, may share the screen instead, and sees and hears the others (seeds 1.8, 3.16)', async () => {
    const ana = await MeetingPage.open(equipped.browser, system.url, 'Ana', `#/room/${room.id}`);
    await ana.press('join');
    const bo = await MeetingPage.open(bare.browser, system.url, 'Bo', `#/room/${room.id}`);
    await bo.page.waitForSelector('.media-help[data-kind=camera]');
    await bo.page.waitForSelector('.media-help[data-kind=microphone]');
    expect(await bo.page.$eval('.media-help[data-kind=camera]', (help) => help.textContent)).toMatch(/camera.*Share the screen instead/s);
    await bo.reads('You can join all the same');
    await bo.press('join');
    await bo.receives('Ana');
    await ana.isShown('Bo', { audio: false, video: false });
    expect(bo.viewer.complaints).toEqual([]);
    await Promise.all([ana.close(), bo.close()]);
  });

  it('a page without HTTPS says that it needs that, and still shows the others (seed 3.16)', async () => {
    const ana = await MeetingPage.open(equipped.browser, system.url, 'Ana again', `#/room/${room.id}`);
    await ana.press('join');
    const insecure = new URL(system.url);
    insecure.hostname = OTHER_HOST;
    const bo = await MeetingPage.open(bare.browser, insecure.href, 'Bo without HTTPS', `#/room/${room.id}`);
    await bo.reads('Camera and microphone need HTTPS');
    await bo.reads('Open this page by its https:// address');
    await bo.press('join');
    await bo.receives('Ana again');
    await Promise.all([ana.close(), bo.close()]);
  });
});
