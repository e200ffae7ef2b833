/** Publishing with real processes over UDP: a daemon, two that take what others publish, and publishers and viewers who are scripted. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { Agent, CallRejectedError, sipUri, systemClock, UdpTransport, type Answer, type Dialog, type SipResponse } from '../../shared/sip/index.ts';
import { openSource } from '../../streamer/source/open.ts';
import type { Source } from '../../streamer/source/source.ts';
import { scratchFolder } from '../support/paths.ts';
import { spawnService, startService, type ServiceProcess } from '../support/processes/service.ts';
import { Heard } from '../support/streamer/room-front.ts';
import { WeriftPublisher } from '../support/streamer/werift-publisher.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';

interface Listed {
  readonly streamers: readonly { readonly name: string; readonly title: string; readonly codecs: object; readonly viewers: number }[];
}

const SDP = 'application/sdp';
const LIMIT_MS = 20_000;

let folder: ReturnType<typeof scratchFolder>;
let daemon: string;
let front: Agent;
let ingests: [ServiceProcess, ServiceProcess];
const processes: ServiceProcess[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = scratchFolder('publishing');
  const signaling = await startService('signaling', ['0', '--directory', join(folder.path, 'directory.xml')]);
  processes.push(signaling);
  daemon = signaling.addresses['sip'] ?? '';
  front = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
  ingests = [await startIngest('one'), await startIngest('two')];
}, LIMIT_MS);

afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await front.close(0);
  for (const { child } of processes.reverse()) await child.end('SIGKILL');
  folder.remove();
});

const portOf = (address: string): string => address.split(':')[1] ?? '';
const isRegistered = ({ record }: { record: { msg: string } | undefined }): boolean => record?.msg.startsWith('registered as') === true;
const complaints = ({ child }: ServiceProcess): string[] => child.log.lines.filter(({ record }) => record === undefined || record.level === 'warn' || record.level === 'error').map(({ text }) => text);

async function startIngest(name: string, ...args: string[]): Promise<ServiceProcess> {
  const service = await startService('streamer', ['--publish', '127.0.0.1', portOf(daemon), '--name', name, '--media-host', '127.0.0.1', ...args]);
  processes.push(service);
  await service.child.log.waitFor(isRegistered);
  return service;
}

function addressOf(name: string): string {
  return sipUri(name, '127.0.0.1', Number(portOf(daemon)));
}

function call(to: string, offer: string, headers: Record<string, string> = {}): Promise<Answer> {
  return front.invite(front.createRequest('INVITE', addressOf(to), { from: addressOf('ana'), to: addressOf(to), headers, body: offer, contentType: SDP })).answered;
}

async function refused(answered: Promise<Answer>): Promise<SipResponse> {
  const error: unknown = await answered.catch((reason: unknown) => reason);
  if (error instanceof CallRejectedError) return error.response;
  throw new Error('not refused', { cause: error });
}

async function register(name: string, body: object): Promise<number> {
  const contact = sipUri(name, '127.0.0.1', front.local.port);
  const request = front.createRequest('REGISTER', `sip:${daemon}`, { from: addressOf(name), to: addressOf(name), headers: { Contact: `<${contact}>`, Expires: '60' }, body: JSON.stringify(body), contentType: 'application/json' });
  return (await front.request(request)).status;
}

interface Published {
  readonly publisher: WeriftPublisher;
  readonly offer: string;
  readonly response: SipResponse;
  readonly dialog: Dialog;
  /** The process that took it. */
  readonly host: string;
}

const sourceOf = async (): Promise<Source> => {
  const { source } = await openSource({ input: join(packageFolder(), 'data/sample.webm'), ffmpeg: undefined, environment: {}, clock: systemClock, random: Math.random, warn: () => undefined });
  closing.push(() => source.stop());
  return source;
};

/** Publishes the sample clip, as it is, from its beginning. */
async function publish(name: string, { title, plays = true }: { title?: string; plays?: boolean } = {}): Promise<Published> {
  const publisher = new WeriftPublisher();
  closing.push(() => publisher.close());
  const offer = await publisher.offer();
  const terms = `name="${encodeURIComponent(name)}"${title === undefined ? '' : `;title="${encodeURIComponent(title)}"`}`;
  const { response, dialog } = await call('publish', offer, { 'Sipcast-Publish': terms });
  await publisher.connect(response.bodyText());
  if (plays) publisher.play(await sourceOf());
  return { publisher, offer, response, dialog, host: /127\.0\.0\.1:(\d+)/.exec(response.headers.get('Contact') ?? '')?.[1] ?? '' };
}

/** The same offer with other credentials: ICE is to begin anew. */
function restarted(offer: string): string {
  return offer.replaceAll(/a=ice-ufrag:.*/g, 'a=ice-ufrag:anew').replaceAll(/a=ice-pwd:.*/g, 'a=ice-pwd:anewanewanewanewanewanew');
}

async function watch(name: string): Promise<{ viewer: WeriftViewer; offer: string; answer: string; dialog: Dialog; ended: Heard<string> }> {
  const viewer = new WeriftViewer();
  closing.push(() => viewer.close());
  const offer = await viewer.offer();
  const { response, dialog } = await call(name, offer);
  const ended = new Heard<string>();
  dialog.onEnded(() => ended.push(dialog.byeReason ?? ''));
  await viewer.accept(response.bodyText());
  return { viewer, offer, answer: response.bodyText(), dialog, ended };
}

function directory(): Heard<Listed> {
  const heard = new Heard<Listed>();
  const subscription = front.subscribe(front.createRequest('SUBSCRIBE', `sip:${daemon}`, { from: addressOf('front'), headers: { Event: 'directory', Accept: 'application/json', Expires: '60' } }));
  subscription.onNotify((notify) => {
    if (notify.body.length > 0) heard.push(JSON.parse(notify.bodyText()) as Listed);
  });
  return heard;
}

describe('A streamer that publishes for others', () => {
  it.each([
    ['rooms', ['--rooms'], /--rooms and --publish/],
    ['threads', ['--workers', '2'], /--workers/],
  ])('refuses to start with %s: one line, status 2', async (_, args, reason) => {
    const child = spawnService('streamer', ['--publish', ...args]);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    expect(child.log.lines.map(({ text }) => text)).toEqual([expect.stringMatching(reason)]);
  });
});

describe('What is published', () => {
  it('is a streamer like any other: listed, watched from a keyframe on without a gap, counted, and gone when its publisher is', async () => {
    const list = directory();
    const { response, dialog } = await publish('Ana live', { title: 'Tea at five: “live”' });
    expect([response.status, response.bodyText().match(/a=recvonly/g)?.length]).toEqual([202, 2]);
    const { streamers } = await list.until((page) => page.streamers.length > 0);
    expect(streamers).toMatchObject([{ name: 'Ana live', title: 'Tea at five: “live”', codecs: { audio: ['opus'], video: ['VP8'] } }]);
    const [one, two] = [await watch('Ana live'), await watch('Ana live')];
    await Promise.all([one, two].map(({ viewer }) => viewer.until(({ video, audio }) => video.frames >= 40 && audio.packets >= 50)));
    for (const { viewer } of [one, two]) {
      // A busy machine may drop some on their way to a viewer in JavaScript, but what was published has no gaps.
      expect(viewer.video.lost + viewer.audio.lost).toBeLessThan(10);
      expect((viewer.firstPayload?.[1] ?? 1) & 1).toBe(0);
    }
    await list.until((page) => page.streamers[0]?.viewers === 2);
    const reports = new Heard<{ viewers: number; bitsPerSecond?: number }>();
    const numbers = front.subscribe(front.createRequest('SUBSCRIBE', addressOf('Ana live'), { from: addressOf('front'), to: addressOf('Ana live'), headers: { Event: 'statistics', Expires: '60' } }));
    numbers.onNotify((notify) => {
      if (notify.body.length > 0) reports.push(JSON.parse(notify.bodyText()) as { viewers: number });
    });
    await reports.until(({ viewers, bitsPerSecond = 0 }) => viewers === 2 && bitsPerSecond > 10_000);
    expect((await one.dialog.request('INFO', { body: 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n', contentType: 'application/trickle-ice-sdpfrag' })).status).toBe(200);
    const known = list.all.length;
    await dialog.bye();
    for (const { ended } of [one, two]) expect(await ended.until(() => true)).toBe('SIP;text="the publisher has stopped"');
    await list.until((page) => page.streamers.length === 0, known);
    expect((await refused(call('Ana live', 'v=0'))).status).toBe(480);
    expect(ingests.flatMap(complaints)).toEqual([]);
  }, LIMIT_MS);

  it('is asked for a keyframe when a viewer comes who would have to wait for one', async () => {
    const { publisher } = await publish('rare');
    const first = await watch('rare');
    await first.viewer.until(({ video }) => video.frames > 5);
    publisher.withholdsKeyframes = true;
    const asked = publisher.keyframeRequests;
    // More than a second without, so that the latest one is out of date.
    await first.viewer.until(({ audio }) => audio.packets > 130);
    const requested = new Promise<void>((resolve) => publisher.onKeyframeRequest(resolve));
    const second = await watch('rare');
    await requested;
    expect(publisher.keyframeRequests).toBeGreaterThan(asked);
    publisher.withholdsKeyframes = false;
    await second.viewer.until(({ video }) => video.keyframes > 0);
  }, LIMIT_MS);

  it('goes on over a restart of ICE, takes candidates, and is shared out among the processes', async () => {
    const [a, b] = [await publish('first'), await publish('second')];
    expect(new Set([a.host, b.host])).toEqual(new Set(ingests.map(({ addresses }) => portOf(addresses['sip'] ?? ''))));
    expect((await a.dialog.request('INFO', { body: 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n', contentType: 'application/trickle-ice-sdpfrag' })).status).toBe(200);
    expect((await a.dialog.request('INFO', { body: '{}', contentType: 'application/json' })).status).toBe(415);
    const { viewer, dialog, offer, answer } = await watch('first');
    await viewer.until(({ video }) => video.frames > 2);
    const renewed = await a.dialog.request('INVITE', { body: restarted(a.offer), contentType: SDP });
    const ufrag = (sdp: string): string | undefined => /a=ice-ufrag:(.*)/.exec(sdp)?.[1];
    expect([renewed.status, ufrag(renewed.bodyText()) !== ufrag(a.response.bodyText())]).toEqual([200, true]);
    expect((await a.dialog.request('INVITE', { body: 'v=0\r\n', contentType: SDP })).status).toBe(488);
    const again = await dialog.request('INVITE', { body: restarted(offer), contentType: SDP });
    expect([again.status, ufrag(again.bodyText()) !== ufrag(answer)]).toEqual([200, true]);
    const frames = viewer.video.frames;
    await viewer.until(({ video }) => video.frames > frames + 20);
    for (const { dialog } of [a, b]) await dialog.bye();
  }, LIMIT_MS);

  it('takes no name that is another’s, whoever that is', async () => {
    const offer = await new WeriftPublisher().offer();
    expect(await register('camera', { title: 'a streamer of this very machine' })).toBe(200);
    expect(await register('bo', { kind: 'person' })).toBe(200);
    expect(await register('publish', {})).toBe(403);
    const { dialog } = await publish('mine', { plays: false });
    for (const name of ['camera', 'bo', 'mine', 'room-tea', 'publish']) {
      expect([name, (await refused(call('publish', offer, { 'Sipcast-Publish': `name="${name}"` }))).status]).toEqual([name, 403]);
    }
    // Nor is it anybody's else while somebody publishes under it.
    expect(await register('mine', {})).toBe(403);
    for (const terms of ['', 'name', 'name=""', 'name="%ff"', `name="${'x'.repeat(65)}"`, 'title="none"']) {
      expect([terms, (await refused(call('publish', offer, { 'Sipcast-Publish': terms }))).status]).toEqual([terms, 400]);
    }
    expect((await refused(call('publish', offer.replaceAll('VP8', 'H265'), { 'Sipcast-Publish': 'name="other"' }))).status).toBe(488);
    const list = directory();
    await list.until(({ streamers }) => streamers.some(({ name }) => name === 'mine'));
    await dialog.bye();
    await list.until(({ streamers }) => streamers.every(({ name }) => name !== 'mine'), list.all.length - 1);
    expect(await register('mine', {})).toBe(200);
  }, LIMIT_MS);

  it('ends in good order with its process: a BYE to its publisher and each viewer, and its name is free', async () => {
    const list = directory();
    const published = await publish('last');
    const { viewer, ended } = await watch('last');
    await viewer.until(({ video }) => video.frames > 2);
    const left = new Heard<string>();
    published.dialog.onEnded(() => left.push(published.dialog.byeReason ?? ''));
    const statuses = await Promise.all(ingests.map(({ child }) => child.end('SIGTERM')));
    expect(statuses).toEqual([{ code: 0, signal: null }, { code: 0, signal: null }]);
    expect(await left.until(() => true)).toBe('SIP;cause=503;text="the ingest stops"');
    expect(await ended.until(() => true)).toBe('SIP;text="the ingest stops"');
    await list.until((page) => page.streamers.every(({ name }) => name !== 'last'), list.all.length - 1);
    const response = await refused(call('publish', published.offer, { 'Sipcast-Publish': 'name="late"' }));
    expect([response.status, response.headers.get('Warning')]).toEqual([480, expect.stringContaining('--publish')]);
    expect(ingests.flatMap(complaints)).toEqual([]);
  }, LIMIT_MS);
});
