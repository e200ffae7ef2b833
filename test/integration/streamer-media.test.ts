import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { systemClock } from '../../shared/sip/index.ts';
import type { Egress } from '../../streamer/egress/egress.ts';
import { chooseEgress, openEgress } from '../../streamer/egress/open.ts';
import { Fanout } from '../../streamer/fanout/fanout.ts';
import type { Viewer } from '../../streamer/fanout/viewer.ts';
import { openSource } from '../../streamer/source/open.ts';
import type { Source } from '../../streamer/source/source.ts';
import { SRTP_PROFILES, type SrtpProfile } from '../../streamer/srtp/profile.ts';
import { CONSENT_TIMEOUT_MS } from '../../streamer/webrtc/ice-agent.ts';
import { MediaPort } from '../../streamer/webrtc/media-port.ts';
import { Peer } from '../../streamer/webrtc/peer.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';

const LOOPBACK = ['127.0.0.1'];
/** Hung tests are to end soon; one second of media takes one second. */
const LIMIT_MS = 20_000;
const BOTH = Object.values(SRTP_PROFILES);

let source: Source;
let fanout: Fanout;
let egress: Egress;
let port: MediaPort;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  ({ source } = await openSource({ input: join(packageFolder(), 'data/sample.webm'), ffmpeg: undefined, environment: {}, clock: systemClock, random: Math.random, warn: () => undefined }));
  fanout = new Fanout({ source, clock: systemClock, wallClock: Date.now, random: Math.random });
  egress = await openEgress(chooseEgress(undefined).kind, { host: '127.0.0.1', port: 0 });
  port = new MediaPort(egress);
  source.start();
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await source.stop();
  await egress.close();
});

interface Watching {
  readonly viewer: WeriftViewer;
  readonly peer: Peer;
  readonly connected: Promise<Viewer>;
  readonly ended: Promise<string>;
}

async function watch({ profiles = BOTH, change = (offer: string) => offer, consentTimeoutMs = CONSENT_TIMEOUT_MS }: { profiles?: readonly SrtpProfile[]; change?: (offer: string) => string; consentTimeoutMs?: number } = {}): Promise<Watching> {
  const viewer = new WeriftViewer();
  closing.push(() => viewer.close());
  const peer = await Peer.create(change(await viewer.offer()), { tracks: source.tracks, port, addresses: LOOPBACK, profiles, clock: systemClock, randomBytes, consentTimeoutMs });
  closing.push(() => peer.close());
  const connected = new Promise<Viewer>((resolve) => {
    peer.onConnected(() => {
      const entry = fanout.add(peer);
      peer.onClosed(() => fanout.remove(entry));
      resolve(entry);
    });
  });
  const ended = new Promise<string>((resolve) => peer.onClosed(resolve));
  await viewer.accept(peer.answer);
  return { viewer, peer, connected, ended };
}

describe('a viewer (seed 4.9)', () => {
  it.each(Object.entries(SRTP_PROFILES))('gets sound and picture from a keyframe on, without a gap (%s)', async (_, profile) => {
    const { viewer } = await watch({ profiles: [profile] });
    await viewer.until(({ video, audio }) => video.keyframes >= 2 && audio.packets >= 50);
    expect(viewer.firstPayload?.[0]).toBe(0x10);
    expect((viewer.firstPayload?.[1] ?? 1) & 1).toBe(0);
    expect(viewer.video.lost).toBe(0);
    expect(viewer.audio.lost).toBe(0);
    expect(viewer.video.frames).toBeGreaterThanOrEqual(25);
  }, LIMIT_MS);

  it('is found by his checks alone, though his offer has no candidate', async () => {
    const { viewer } = await watch({ change: (offer) => offer.replaceAll(/a=(candidate:.*|end-of-candidates)\r\n/g, '') });
    await viewer.until(({ video }) => video.frames >= 5);
  }, LIMIT_MS);

  it('gets a keyframe when he asks for one', async () => {
    const { viewer, connected } = await watch();
    const entry = await connected;
    // The first two seconds belong to the start.
    await viewer.until(({ audio }) => audio.packets >= 110);
    const before = viewer.video.keyframes;
    await viewer.requestKeyframe();
    await viewer.until(({ video }) => video.keyframes > before);
    expect(entry.statistics().keyframeRequests).toBe(1);
    expect(viewer.video.lost).toBe(0);
  }, LIMIT_MS);

  it('who hangs up his connection is released at once (seed 4.17)', async () => {
    const { viewer, connected, ended, peer } = await watch();
    await connected;
    const association = (viewer.connection.dtlsTransports[0]?.dtls as unknown as { dtls: object; cipher: { encryptPacket(packet: object): { serialize(): Buffer } }; transport: { send(data: Buffer): Promise<void> } });
    await sendCloseNotify(association);
    expect(await ended).toBe('the viewer left');
    expect(peer.state).toBe('closed');
    expect(fanout.viewers).toBe(0);
  }, LIMIT_MS);

  it('who falls silent is released when his consent is over (RFC 7675)', async () => {
    // Half a minute by the RFC.
    const { viewer, connected, ended } = await watch({ consentTimeoutMs: 2_000 });
    await connected;
    for (const transport of viewer.connection.iceTransports) {
      for (const protocol of (transport.connection as unknown as { protocols: { transport: { socket: { close(): void } } }[] }).protocols) protocol.transport.socket.close();
    }
    expect(await ended).toBe('the viewer does not answer any more');
    expect(fanout.viewers).toBe(0);
  }, LIMIT_MS);

  it('whose certificate is not the one of his offer gets nothing', async () => {
    const { ended, viewer } = await watch({ change: (offer) => offer.replaceAll(/(a=fingerprint:sha-256 )(..)/g, (_, name: string, first: string) => `${name}${first === '00' ? '11' : '00'}`) });
    expect(await ended).toMatch(/fingerprint mismatch/);
    expect(viewer.video.packets).toBe(0);
  }, LIMIT_MS);
});

describe('many viewers', () => {
  it('each get everything, and nobody’s leaving disturbs the others', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => watch()));
    await Promise.all(all.map(({ viewer }) => viewer.until(({ video }) => video.frames >= 10)));
    const [leaving, ...staying] = all;
    await leaving?.peer.close();
    const before = staying.map(({ viewer }) => viewer.video.frames);
    await Promise.all(staying.map(({ viewer }, index) => viewer.until(({ video }) => video.frames >= (before[index] ?? 0) + 25)));
    for (const { viewer } of staying) expect([viewer.video.lost, viewer.audio.lost]).toEqual([0, 0]);
    for (const { peer } of staying) {
      // Between two ends only: each viewer has a session, and keys, of his own.
      const numbers = peer.tracks.flatMap(({ ssrc, rtx }) => [ssrc, ...(rtx ? [rtx.ssrc] : [])]);
      expect(new Set(numbers).size).toBe(numbers.length);
    }
  }, LIMIT_MS);
});

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;

/** Sockets close after their close event only; what is still there after many turns stays. */
async function socketsLeft(): Promise<number> {
  for (let turn = 0; turn < 200 && openSockets() > 1; turn++) await new Promise((resolve) => setImmediate(resolve));
  return openSockets();
}

describe('what a viewer held', () => {
  it('is gone after he left', async () => {
    for (let round = 0; round < 5; round++) {
      const { peer, viewer, connected } = await watch();
      const entry = await connected;
      await viewer.until(({ video }) => video.frames > 0);
      expect(openSockets()).toBeGreaterThan(1);
      expect(port.endpoints).toBe(1);
      fanout.remove(entry);
      await peer.close();
      await viewer.close();
      expect(await socketsLeft(), 'the port of all').toBe(1);
      expect(port.endpoints).toBe(0);
    }
    expect(fanout.viewers).toBe(0);
  }, LIMIT_MS);

  it('is gone when his offer is refused, or his certificate', async () => {
    const options = { tracks: source.tracks, port, addresses: LOOPBACK, profiles: BOTH, clock: systemClock, randomBytes };
    await expect(Peer.create('no offer', options)).rejects.toThrow();
    await expect(Peer.create('v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', options)).rejects.toThrow();
    expect(port.endpoints).toBe(0);
  }, LIMIT_MS);
});

describe('a viewer who means harm', () => {
  it('by asking for everything again and again, asking for keyframes, and playing back what he said: gets little, and others notice nothing', async () => {
    const [hostile, honest] = await Promise.all([watch(), watch()]);
    const [entry, other] = await Promise.all([hostile.connected, honest.connected]);
    await Promise.all([hostile, honest].map(({ viewer }) => viewer.until(({ video }) => video.frames >= 5)));
    const video = hostile.peer.tracks.find(({ kind }) => kind === 'video')?.ssrc ?? 0;
    const everything = Buffer.alloc(12 + 4 * 60);
    everything.writeUInt32BE(0x81cd0000 + everything.length / 4 - 1, 0);
    everything.writeUInt32BE(video, 8);
    const first = hostile.viewer.firstSequence ?? 0;
    for (let item = 0; item < 60; item++) {
      everything.writeUInt16BE((first + 17 * item) & 0xffff, 12 + 4 * item);
      everything.writeUInt16BE(0xffff, 14 + 4 * item);
    }
    const pli = Buffer.from('81ce00020000000100000000', 'hex');
    const loss = () => [honest.viewer.video.lost, honest.viewer.audio.lost];
    const before = honest.viewer.video.frames;
    for (let round = 0; round < 40; round++) {
      for (let time = 0; time < 25; time++) {
        hostile.viewer.sendRtcp(everything);
        hostile.viewer.sendRtcp(pli);
      }
      const said = hostile.viewer.encryptRtcp(pli);
      for (let time = 0; time < 25; time++) hostile.viewer.sendDatagram(said);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await honest.viewer.until(({ video: { frames } }) => frames > before + 50);
    expect(loss()).toEqual([0, 0]);
    expect(other.statistics().nacks).toBe(0);
    const { nacks, keyframeRequests, tracks } = entry.statistics();
    expect(nacks).toBeGreaterThan(100);
    expect(keyframeRequests, 'each that was played back counts once').toBeLessThanOrEqual(40 * 26);
    const again = tracks.reduce((sum, { retransmitted }) => sum + retransmitted, 0);
    expect(again, 'what his budget allows in the meantime').toBeLessThan(5 * 250_000 / 300);
    expect(hostile.peer.state).toBe('connected');
  }, LIMIT_MS);
});

describe('strangers who send to a viewer’s port', () => {
  it('get no answer, and are not remembered', async () => {
    const { peer, viewer, connected } = await watch();
    await connected;
    const target = Number(/ 127\.0\.0\.1 (\d+) typ host/.exec(peer.answer)?.[1]);
    const stranger = createSocket('udp4');
    stranger.bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    let answers = 0;
    stranger.on('message', () => answers++);
    const binding = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
    for (let count = 0; count < 200; count++) stranger.send(count % 2 ? binding : randomBytes(count), target, '127.0.0.1');
    const frames = viewer.video.frames;
    await viewer.until(({ video }) => video.frames > frames + 10);
    expect(answers).toBe(0);
    expect(peer.state).toBe('connected');
    stranger.close();
  }, LIMIT_MS);
});

/** What a browser says when its connection is closed (RFC 5246 §7.2.1). */
async function sendCloseNotify(association: { dtls: object; cipher: { encryptPacket(packet: object): { serialize(): Buffer } }; transport: { send(data: Buffer): Promise<void> } }): Promise<void> {
  const { freshWerift } = await import('../support/streamer/fresh-werift.ts');
  const { createPlaintext } = freshWerift().internal('dtls/src/record/builder.js') as { createPlaintext: (dtls: object) => (fragments: object[], sequence: number) => object[] };
  const context = association.dtls as { recordSequenceNumber: number };
  const [record] = createPlaintext(context)([{ type: 21, fragment: Buffer.from([1, 0]) }], ++context.recordSequenceNumber);
  if (record) await association.transport.send(association.cipher.encryptPacket(record).serialize());
}
