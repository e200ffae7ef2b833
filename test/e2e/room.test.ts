/** Rooms, with both browsers mixed: going in, seeing, hearing, writing, sharing, leaving, and every sentence for not getting in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutSocket, watchSockets } from '../support/browsers/cut-socket.ts';
import { launchBrowser } from '../support/browsers/launch.ts';
import type { LaunchedBrowser } from '../support/browsers/launch.ts';
import { MeetingPage } from '../support/browsers/meeting-page.ts';
import { RoomOwner } from '../support/front/room-owner.ts';
import type { OwnedRoom } from '../support/front/room-owner.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks } from '../support/tools/system-tools.ts';

describe.skipIf(lacks('chromium', 'firefox'))('a room', () => {
  let system: System;
  let chromium: LaunchedBrowser;
  let firefox: LaunchedBrowser;
  let owner: RoomOwner;
  const pages: MeetingPage[] = [];

  beforeAll(async () => {
    [system, chromium, firefox] = await Promise.all([
      startSystem({ streamers: [], rooms: ['rooms'] }), launchBrowser('chromium', { fakeDevices: true }), launchBrowser('firefox', { fakeDevices: true }),
    ]);
    owner = await RoomOwner.create(system.url);
  });
  afterAll(async () => {
    await chromium.close();
    await firefox.close();
    await system.stop();
  });

  const open = async (launched: LaunchedBrowser, name: string, room: OwnedRoom, key?: string): Promise<MeetingPage> => {
    const page = await MeetingPage.open(launched.browser, system.url, name, `#/room/${room.id}${key === undefined ? '' : `?key=${key}`}`);
    pages.push(page);
    return page;
  };
  const join = async (launched: LaunchedBrowser, name: string, room: OwnedRoom): Promise<MeetingPage> => {
    const page = await open(launched, name, room);
    await page.press('join');
    await page.phase('room', 'inside');
    return page;
  };

  it('of three from both browsers: all see and hear each other, mute, show their screen, write, and leave (seeds 2.6, 2.10, 2.19, 3.14, 3.17)', async () => {
    const room = await owner.room({ title: 'Tea at five' });
    const ana = await join(chromium, 'Ana', room);
    await ana.reads('You are the only one here');
    const bo = await join(firefox, 'Bo', room);
    await ana.reads('Bo came in.');
    const cleo = await join(chromium, 'Cleo', room);
    const all = [ana, bo, cleo];
    for (const page of all) await page.isWith(...all.filter((each) => each !== page).map(({ name }) => name));
    for (const page of all) for (const other of all) if (other !== page) await page.receives(other.name);
    expect(await ana.page.$$eval('.tile', (tiles) => tiles.length)).toBe(3);

    await bo.press('microphone');
    await bo.press('camera');
    for (const page of [ana, cleo]) await page.isShown('Bo', { audio: false, video: false });
    await bo.press('camera');
    await ana.isShown('Bo', { audio: false, video: true });
    await ana.receives('Bo', { withoutSound: true });

    await ana.press('screen');
    await bo.isShown('Ana', { screen: true });
    await bo.receivesScreen('Ana');
    await bo.page.waitForSelector('.tile-screen video[data-shown=true]');
    await ana.press('screen');
    await bo.isShown('Ana', { screen: false });

    await ana.say('to all of you');
    await Promise.all([bo.hears('Ana', 'to all of you'), cleo.hears('Ana', 'to all of you')]);
    expect((await bo.state())?.unread).toBe(1);
    await ana.say('to Cleo alone', 'Cleo');
    await cleo.hears('Ana', 'to Cleo alone');
    expect((await bo.state())?.texts.map(({ text }) => text)).not.toContain('to Cleo alone');
    await bo.say('heard');
    await ana.hears('Bo', 'heard');

    await bo.press('leave');
    await bo.reads('You have left the room');
    expect(await bo.page.evaluate(() => document.querySelectorAll('video').length)).toBe(0);
    for (const page of [ana, cleo]) {
      await page.reads('Bo left.');
      expect((await page.state())?.participants.map(({ name }) => name)).not.toContain('Bo');
    }
    await bo.press('again');
    await bo.press('join');
    await ana.receives('Bo', { withoutSound: true });
    await cleo.close();
    await ana.isWith('Bo');
    await owner.delete(room);
    await Promise.all([ana.reads('This room was deleted'), bo.reads('This room was deleted')]);
    await Promise.all([ana.close(), bo.close()]);
  });

  it('keeps the place of whoever loses the service for a moment: pictures go on, and what is written then arrives', async () => {
    const room = await owner.room({ title: 'Tunnel' });
    const ana = await MeetingPage.open(chromium.browser, system.url, 'Ana on a train', `#/room/${room.id}`, watchSockets);
    pages.push(ana);
    await ana.press('join');
    const bo = await join(firefox, 'Bo at home', room);
    await ana.receives('Bo at home');
    const places = (): Promise<string[]> => ana.page.$$eval('.tile', (tiles) => tiles.map((tile) => (tile as HTMLElement).dataset['member'] ?? ''));
    const before = await places();
    await cutSocket(ana.page);
    await ana.say('still here');
    await bo.hears('Ana on a train', 'still here');
    await bo.say('so am I');
    await ana.hears('Bo at home', 'so am I');
    await Promise.all([ana.receives('Bo at home'), bo.receives('Ana on a train')]);
    expect(await places()).toEqual(before);
    await Promise.all([ana.close(), bo.close()]);
  });

  it('sounds from the loudspeaker that is chosen, where the browser lets one choose', async () => {
    const room = await owner.room({ title: 'Loud' });
    const [ana, bo] = [await join(chromium, 'Ana listens', room), await join(chromium, 'Bo speaks', room)];
    await ana.receives('Bo speaks');
    await ana.press('devices');
    const speakers = await ana.page.$$eval('select[data-kind=speaker] option', (options) => options.map(({ value }) => value));
    expect(speakers.length).toBeGreaterThan(1);
    await ana.page.select('select[data-kind=speaker]', speakers.at(-1)!);
    await ana.page.waitForFunction((chosen) => [...document.querySelectorAll('audio')].map(({ sinkId }) => sinkId).join() === chosen, {}, speakers.at(-1)!);
    await ana.receives('Bo speaks');
    await Promise.all([ana.close(), bo.close()]);
  });

  it('says why one does not get in (seeds 1.3, 2.3, 2.4, 2.5, 3.10)', async () => {
    const locked = await owner.room({ title: 'Locked', password: 'open sesame' });
    const ana = await open(chromium, 'Ana locked', locked);
    await ana.page.waitForSelector('input[name=room-password]');
    await ana.press('join');
    await ana.reads('Enter it first.');
    await ana.page.type('input[name=room-password]', 'open');
    await ana.press('join');
    await ana.reads('That is not the room’s password');
    await ana.page.$eval('input[name=room-password]', (field) => (field).select());
    await ana.page.type('input[name=room-password]', 'open sesame');
    await ana.press('join');
    await ana.phase('room', 'inside');
    await ana.close();

    const small = await owner.room({ title: 'Only two', guest_limit: 2 });
    const inside = [await join(chromium, 'First', small), await join(firefox, 'Second', small)];
    const third = await open(chromium, 'Third', small);
    await third.press('join');
    await third.reads('The room is full');
    await inside[0]!.press('leave');
    await inside[1]!.isWith();
    await third.press('join');
    await third.phase('room', 'inside');
    for (const page of [...inside, third]) await page.close();

    const closed = await owner.room({ title: 'Closed', admission: 'invite-only' });
    const stranger = await open(chromium, 'Stranger', closed);
    await stranger.press('join');
    await stranger.reads('This room is by invitation only');
    await stranger.close();
    const guest = await open(chromium, 'Guest', closed, closed.key);
    await guest.press('join');
    await guest.phase('room', 'inside');
    await guest.close();

    const lost = await open(chromium, 'Lost', { id: 'AAAAAAAAAAAAAAAAAAAAAA', title: '' });
    await lost.press('join');
    await lost.reads('This room does not exist');
    await lost.close();
  });

  it('is entered by whoever is asked in from inside (seeds 0.10, 0.11, 2.21)', async () => {
    const room = await owner.room({ title: 'Asked in', admission: 'invite-only' });
    const ana = await open(chromium, 'Ana asks', room, room.key);
    await ana.press('join');
    await ana.phase('room', 'inside');
    const bo = await MeetingPage.open(firefox.browser, system.url, 'Bo comes');
    pages.push(bo);
    await ana.press('people');
    await ana.ask('Bo comes');
    await bo.reads('asks you into Asked in');
    await bo.answer('Ana asks', 'accept');
    await bo.phase('room', 'inside');
    await Promise.all([ana.receives('Bo comes'), bo.receives('Ana asks')]);
    await bo.close();
    await ana.close();
  });

  it('takes over a call when a third is added (seeds 0.10, 0.11, 2.21)', async () => {
    const [ana, bo, cleo] = await Promise.all([['Ana calls', chromium], ['Bo called', firefox], ['Cleo third', chromium]].map(([name, launched]) => MeetingPage.open((launched as LaunchedBrowser).browser, system.url, name as string))) as [MeetingPage, MeetingPage, MeetingPage];
    pages.push(ana, bo, cleo);
    await ana.call(bo.name);
    await bo.answer(ana.name, 'accept');
    await Promise.all([ana.receives(bo.name), bo.receives(ana.name)]);
    await ana.press('people');
    await ana.ask(cleo.name);
    await Promise.all([ana.phase('room', 'inside'), bo.phase('room', 'inside')]);
    await cleo.answer(ana.name, 'accept');
    await cleo.phase('room', 'inside');
    await Promise.all([ana.receives(cleo.name), bo.receives(cleo.name), cleo.receives(bo.name), bo.receives(ana.name)]);
    for (const page of [ana, bo, cleo]) await page.close();
  });

  it('leaves nothing on any terminal or console that looks like an error (seed 4.20)', () => {
    expect(system.complaints()).toEqual([]);
    // Refusals over HTTP stand on the console by the browser's own doing.
    expect(pages.flatMap(({ viewer }) => viewer.complaints).filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });
});
