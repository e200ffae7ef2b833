import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CallingPage } from '../support/front/calling-page.ts';
import { callAnswer, callOffer } from '../support/front/call-sdp.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const SDP = callOffer();
const ANSWER = callAnswer();
/** What one Ethernet frame carries. */
const FRAME_BYTES = 1472;
const UDP_HEADER_BYTES = 8;

const folder = scratchFolder('people');
const capture = join(folder.path, 'signaling.pcapng');

let system: System;
let second: ServiceProcess;
let here: string;
let there: string;
let ana: CallingPage;
let bo: CallingPage;

beforeAll(async () => {
  system = await startSystem({ streamers: [], signalingArgs: ['--capture', capture], frontArgs: ['--requests-per-minute', '0'] });
  const [host = '', port = ''] = (system.signaling.process.addresses['sip'] ?? '').split(':');
  second = await startService('front', ['0', host, port, '--requests-per-minute', '0']);
  here = system.url;
  there = second.addresses['http'] ?? '';
});
afterAll(async () => {
  await second.child.end();
  await system.stop();
  folder.remove();
});

let count = 0;
beforeEach(async () => {
  count++;
  ana = await CallingPage.open(here, `Ana Núñez ${count}`);
  bo = await CallingPage.open(there, `bo <b> ${count}`);
  await Promise.all([ana.sees(bo.name), bo.sees(ana.name)]);
});
afterEach(async () => {
  await Promise.all([ana.close(), bo.close()]);
});

async function ring(): Promise<string> {
  const { call } = await ana.ask('call', { to: bo.name, sdp: SDP });
  await bo.about('invited', call);
  return String(call);
}

async function connect(): Promise<string> {
  const call = await ring();
  await bo.ask('accept', { call, sdp: ANSWER });
  await ana.about('answered', call);
  return call;
}

describe('people of two fronts', () => {
  it('ring, answer, exchange candidates and hang up, each message in one datagram (seeds 0.1, 0.4, 1.6, 1.11)', async () => {
    const call = await connect();
    expect(bo.told.find(({ type }) => type === 'invited')).toMatchObject({ call, from: ana.name });
    const fragment = 'a=ice-ufrag:x\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n';
    await ana.ask('candidates', { call, fragment });
    expect(await bo.about('candidates', call)).toMatchObject({ fragment });
    await bo.ask('candidates', { call, fragment });
    expect(await ana.about('candidates', call)).toMatchObject({ fragment });
    await bo.ask('hang-up', { call });
    expect(await ana.about('ended', call)).toMatchObject({ reason: 'hung-up' });
    expect(await ana.ask('hang-up', { call })).toMatchObject({ error: 'unknown-call' });
    expect(bo.of('ended')).toEqual([]);
  });

  it('decline and take back (seed 0.13)', async () => {
    const declined = await ring();
    await bo.ask('decline', { call: declined });
    expect(await ana.about('ended', declined)).toMatchObject({ reason: 'declined' });
    const cancelled = await ring();
    await ana.ask('hang-up', { call: cancelled });
    expect(await bo.about('ended', cancelled)).toMatchObject({ reason: 'cancelled' });
  });

  it('ring for ten seconds, and accepting later fails (seed 0.7)', async () => {
    const call = await ring();
    const began = Date.now();
    expect(await bo.about('ended', call)).toMatchObject({ reason: 'expired' });
    expect(await ana.about('ended', call)).toMatchObject({ reason: 'expired' });
    expect(Date.now() - began).toBeGreaterThan(9_000);
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
  });

  it('cannot answer for others, nor say that they are others (seeds 0.12, 2.18)', async () => {
    const call = await ring();
    const thief = await CallingPage.open(there, `thief ${count}`);
    expect(await thief.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
    expect(await thief.ask('say', { person: ana.name, text: 'hello', from: bo.name })).toMatchObject({ type: 'reply' });
    expect(await ana.until(({ type }) => type === 'text')).toMatchObject({ from: thief.name, text: 'hello', private: true });
    await thief.close();
    await ana.ask('hang-up', { call });
    await bo.about('ended', call);
  });

  it('are told when a page vanishes for good, and not when it comes back (seeds 0.18, 1.12)', async () => {
    const call = await connect();
    bo.vanish();
    bo = await CallingPage.open(there, bo.name, bo.client);
    expect(await bo.ask('resume', { call })).toMatchObject({ type: 'reply' });
    await bo.ask('candidates', { call, fragment: 'a=end-of-candidates\r\n' });
    await ana.about('candidates', call);
    bo.vanish();
    expect(await ana.about('ended', call)).toMatchObject({ reason: 'gone' });
  });

  it('are not disturbed by one who floods, whose page is closed', async () => {
    const flooder = await CallingPage.open(here, `flooder ${count}`);
    for (let number = 0; number < 1_000; number++) flooder.send({ type: 'call', id: number, to: bo.name, sdp: SDP });
    expect(await flooder.closed).toBe(1008);
    const call = await connect();
    await ana.ask('hang-up', { call });
    await bo.about('ended', call);
    expect(bo.of('invited').length).toBeLessThanOrEqual(1 + 5);
  });

  it('say nothing on the wire that Wireshark does not understand, nothing larger than a frame, and nothing to the log', async () => {
    const sipPorts = [...system.parts.map(({ process }) => process), second].map(({ addresses }) => Number(addresses['sip']?.split(':').at(-1)));
    expect(await captureFaults(capture, { sipPorts })).toEqual([]);
    const lengths = (await frames(capture, ['udp.length'], { sipPorts })).flatMap(({ 'udp.length': length }) => length.map(Number));
    expect(Math.max(...lengths) - UDP_HEADER_BYTES).toBeLessThanOrEqual(FRAME_BYTES);
    expect(system.complaints()).toEqual([]);
    expect(second.child.log.lines.filter(({ record }) => record?.level === 'warn' || record?.level === 'error').map(({ text }) => text)).toEqual([]);
  });
});
