import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallingPage } from '../support/front/calling-page.ts';
import { memberOffer } from '../support/front/call-sdp.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';

let system: System;
let second: ServiceProcess;
let rooms: ServiceProcess;

beforeAll(async () => {
  system = await startSystem({ streamers: [], frontArgs: ['--requests-per-minute', '0'] });
  const [host = '', port = ''] = (system.signaling.process.addresses['sip'] ?? '').split(':');
  [second, rooms] = await Promise.all([startService('front', ['0', host, port, '--requests-per-minute', '0']), startService('streamer', ['--rooms', host, port, '--media-host', '127.0.0.1'])]);
});
afterAll(async () => {
  await rooms.child.end();
  await second.child.end();
  await system.stop();
});

let count = 0;
async function threePages(): Promise<[CallingPage, CallingPage, CallingPage]> {
  count++;
  const [here, there] = [system.url, second.addresses['http'] ?? ''];
  return Promise.all([CallingPage.open(here, `ana ${count}`), CallingPage.open(there, `bo ${count}`), CallingPage.open(there, `cleo ${count}`)]);
}

/** Who tries more often is held back by his front. */
const TRIES_AGAIN_MS = 50;

/** Joins; the process that hosts rooms may be about to register still. */
async function join(page: CallingPage, room: unknown): Promise<Record<string, unknown>> {
  for (;;) {
    const reply = await page.ask('join', { room, sdp: memberOffer() });
    if (reply['error'] !== 'rooms-away') return reply;
    await wait(TRIES_AGAIN_MS);
  }
}

const holds = (...names: string[]) => (message: Record<string, unknown>) =>
  message['type'] === 'room' && (message['members'] as { name: string }[]).map(({ name }) => name).join() === names.join();

describe('a room with real processes', () => {
  it('is made by the first, joined by the second, and both see who is there (seeds 1.2, 1.3, 2.6, 2.7, 2.11)', async () => {
    const [ana, bo, cleo] = await threePages();
    const { room } = await ana.ask('adhoc');
    const created = await join(ana, room);
    expect(created).toMatchObject({ type: 'reply', member: 'm1', event: 'created' });
    expect(String(created['sdp'])).toMatch(/m=audio[^]*a=recvonly[^]*m=video/);
    expect(await ana.until(({ type }) => type === 'text')).toMatchObject({ from: null, room });
    expect(await join(bo, room)).toMatchObject({ type: 'reply', member: 'm2', event: 'joined' });
    await Promise.all([ana.until(holds(ana.name, bo.name)), bo.until(holds(ana.name, bo.name))]);
    await ana.ask('say', { room, text: 'hello, all' });
    expect(await bo.until(({ text }) => text === 'hello, all')).toMatchObject({ from: ana.name, member: 'm1', private: false });
    await bo.ask('media', { room, audio: false, video: true, screen: false });
    await ana.until(({ type, members }) => type === 'room' && (members as { audio: boolean }[])[1]?.audio === false);
    expect(cleo.of('text')).toEqual([]);
    await bo.ask('leave', { room });
    await ana.until((message) => ana.told.indexOf(message) > ana.told.findIndex(holds(ana.name, bo.name)) && holds(ana.name)(message));
    expect(cleo.of('occupancy').every(({ rooms: told }) => (told as unknown[]).length === 0)).toBe(true);
    await Promise.all([ana, bo, cleo].map((page) => page.close()));
  });

  it('takes in who is invited, and lets go of who vanishes (seeds 0.5, 0.11, 0.18)', async () => {
    const [ana, bo, cleo] = await threePages();
    const { room } = await ana.ask('adhoc');
    await join(ana, room);
    const { call } = await ana.ask('invite', { to: bo.name, room });
    expect(await bo.about('invited', call)).toMatchObject({ from: ana.name, room });
    await bo.ask('accept', { call });
    await ana.about('answered', call);
    await join(bo, room);
    await ana.until(holds(ana.name, bo.name));
    expect(await ana.ask('invite', { to: bo.name, room })).toMatchObject({ error: 'already-here' });
    bo.vanish();
    await ana.until((message) => ana.told.indexOf(message) > ana.told.findIndex(holds(ana.name, bo.name)) && holds(ana.name)(message));
    await Promise.all([ana.close(), cleo.close()]);
  });

  it('says nothing to the logs', () => {
    const complaints = [second, rooms].flatMap(({ child }) => child.log.lines.filter(({ record }) => record?.level === 'warn' || record?.level === 'error').map(({ text }) => text));
    expect([...complaints, ...system.complaints()]).toEqual([]);
  });
});
