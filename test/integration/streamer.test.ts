import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport, type SipRequest } from '../../shared/sip/index.ts';
import { spawnService, startService } from '../support/processes/service.ts';
import type { Child } from '../support/processes/child.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';

const LIMIT_MS = 40_000;

let folder: string;
let registrar: Agent;
const registers: SipRequest[] = [];
const waiting: { status: (request: SipRequest) => boolean; resolve: (request: SipRequest) => void }[] = [];
const children: Child[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sipcast-streamer-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const child of children.splice(0)) await child.end('SIGKILL');
  await registrar.close();
});

/** A registrar that accepts everybody. */
async function listen(): Promise<string> {
  registers.length = 0;
  registrar = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
  registrar.handle('REGISTER', (incoming) => {
    const { request } = incoming;
    registers.push(request);
    incoming.reply(200, { headers: { Contact: `${request.headers.get('Contact') ?? ''};expires=${request.expires ?? 0}` } });
    for (const each of waiting.filter(({ status }) => status(request))) each.resolve(request);
  });
  return String(registrar.local.port);
}

const registered = (status: (request: SipRequest) => boolean = () => true): Promise<SipRequest> => {
  const heard = registers.find(status);
  return heard ? Promise.resolve(heard) : new Promise((resolve) => waiting.push({ status, resolve }));
};

async function start(...args: string[]): Promise<Child> {
  const { child } = await startService('streamer', [...args, '--media-host', '127.0.0.1']);
  children.push(child);
  return child;
}

async function watch(): Promise<{ viewer: WeriftViewer; ended: Promise<string>; bye: () => Promise<void> }> {
  const contact = (await registered()).headers.get('Contact')?.slice(1, -1) ?? '';
  const viewer = new WeriftViewer();
  const invite = registrar.createRequest('INVITE', contact, { from: 'sip:viewer@127.0.0.1', body: await viewer.offer(), contentType: 'application/sdp' });
  const { dialog, response } = await registrar.invite(invite).answered;
  expect(response.status).toBe(202);
  await viewer.accept(response.body.toString());
  return { viewer, ended: new Promise((resolve) => dialog.onEnded(resolve)), bye: () => dialog.bye() };
}

const ffmpegOf = ({ pid }: Child): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, name]) => parent === String(pid) && name === 'ffmpeg')
    .map(([child]) => Number(child));

const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await wait(50);
}

describe('the streamer as a process', () => {
  it('registers with title, image and codecs, plays to whoever calls, and leaves in good order (seed 4.1, seed 4.9, seed 4.10, seed 4.17, seed 4.18)', async () => {
    const port = await listen();
    const child = await start('data/sample.webm', '127.0.0.1', port);
    const request = await registered();
    expect(JSON.parse(request.body.toString())).toMatchObject({ title: 'The sipcast clock', image: '/images/sample.webp', codecs: { audio: ['opus'], video: ['VP8'] } });
    const { viewer, ended } = await watch();
    await viewer.until(({ video, audio }) => video.frames >= 10 && audio.packets >= 10);
    const status = await child.end('SIGTERM');
    expect(status).toEqual({ code: 0, signal: null });
    expect(await ended).toBe('remote-bye');
    expect((await registered(({ expires }) => expires === 0)).expires).toBe(0);
    expect(child.log.toString()).not.toMatch(/"level":"(warn|error)"/);
    await viewer.close();
  }, LIMIT_MS);

  it.each([
    ['a missing file', () => join(folder, 'missing.mp4'), /^streamer: There is no file \S+missing\.mp4$/],
    ['a file that ffmpeg cannot read', () => join(folder, 'notes.txt'), /^streamer: ffmpeg cannot read \S+notes\.txt: .*Invalid data/],
  ])('ends with one line and status 2 for %s, and registers nothing', async (_, file, line) => {
    writeFileSync(join(folder, 'notes.txt'), 'no film');
    const child = spawnService('streamer', [file(), '127.0.0.1', await listen()]);
    children.push(child);
    expect((await child.exited).code).toBe(2);
    const said = child.log.toString().split('\n').filter((text) => text.includes('streamer: '));
    expect(said).toHaveLength(1);
    expect(said[0]?.slice(said[0].indexOf('streamer: '))).toMatch(line);
    expect(registers).toEqual([]);
  }, LIMIT_MS);

  it('serves by the portable fan-out where the native one does not load, and says why; asked for the native one, it ends with one line and status 2', async () => {
    const hide = join(folder, 'hide-koffi.cjs');
    writeFileSync(hide, "const m = require('module'); const find = m._resolveFilename; m._resolveFilename = (name, ...rest) => { if (name === 'koffi') throw new Error('koffi is not there'); return find(name, ...rest); };");
    const nodeOptions = ['--require', hide];
    const forced = spawnService('streamer', ['data/sample.webm', '127.0.0.1', await listen(), '--fanout', 'native'], { nodeOptions });
    children.push(forced);
    expect((await forced.exited).code).toBe(2);
    expect(forced.log.toString().split('\n').filter((text) => text.includes('streamer: '))).toEqual([expect.stringMatching(/streamer: --fanout native: The native fan-out cannot be used here: koffi is not there$/)]);
    expect(registers).toEqual([]);
    const { child } = await startService('streamer', ['data/sample.webm', '127.0.0.1', String(registrar.local.port), '--media-host', '127.0.0.1'], { nodeOptions });
    children.push(child);
    const { viewer } = await watch();
    await viewer.until(({ video }) => video.frames >= 5);
    expect(child.log.toString()).toMatch(/"because":"The native fan-out cannot be used here: koffi is not there".*served by the portable fan-out/);
    await viewer.close();
  }, LIMIT_MS);

  it('runs one ffmpeg while there are viewers, starts it anew when it dies, and leaves none behind, even when it is killed itself', async () => {
    const child = await start('x', '127.0.0.1', await listen(), '--source', 'test', '--idle-stop', '0');
    expect(ffmpegOf(child), 'none before the first viewer').toEqual([]);
    const early = await watch();
    await early.viewer.until(({ video, audio }) => video.frames >= 5 && audio.packets >= 5);
    const [rested = 0] = ffmpegOf(child);
    expect(rested).toBeGreaterThan(0);
    await early.bye();
    await early.viewer.close();
    await gone(rested);
    const { viewer } = await watch();
    await viewer.until(({ video }) => video.frames >= 5);
    const [first = 0] = ffmpegOf(child);
    process.kill(first, 'SIGKILL');
    await gone(first);
    const before = viewer.video.frames;
    await viewer.until(({ video }) => video.frames >= before + 25);
    expect(viewer.video.lost).toBe(0);
    const [second = 0] = ffmpegOf(child);
    expect(second).not.toBe(first);
    expect(child.log.toString()).toMatch(/ffmpeg ended \(it was ended by SIGKILL\); it is started again/);
    child.signal('SIGKILL');
    await gone(second);
    await viewer.close();
  }, LIMIT_MS);
});
