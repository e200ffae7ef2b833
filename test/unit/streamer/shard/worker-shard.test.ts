import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogFields } from '../../../../shared/log/fields.ts';
import { silentLogger, type Logger } from '../../../../shared/log/logger.ts';
import { SdpError } from '../../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { Backlog } from '../../../../streamer/shard/backlog.ts';
import { LocalShard } from '../../../../streamer/shard/local-shard.ts';
import { packFrame, type FromWorker, type Link, type ToWorker } from '../../../../streamer/shard/messages.ts';
import { RelayedSource } from '../../../../streamer/shard/relayed-source.ts';
import { remoteLogger } from '../../../../streamer/shard/remote-logger.ts';
import { serveShard } from '../../../../streamer/shard/serve.ts';
import { ShardUnavailableError } from '../../../../streamer/shard/shard.ts';
import { Shards } from '../../../../streamer/shard/shards.ts';
import { WorkerShard, type WorkerThread } from '../../../../streamer/shard/worker-shard.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource, picture, sound } from '../../../support/streamer/frames.ts';
import { ScriptedConnection } from '../../../support/streamer/scripted-connection.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** What a thread would run, in this one: everything that passes is cloned as between threads. */
class FakeThread implements WorkerThread {
  readonly connections: ScriptedConnection[] = [];
  readonly fanout: Fanout;
  readonly relayed: RelayedSource;
  readonly #port: MessagePort;
  readonly #ended: ((error: Error | undefined) => void)[] = [];
  terminated = false;

  constructor(source: ManualSource, clock: VirtualClock, answering: { fail?: Error; held?: Promise<void> }) {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    this.#port = port1;
    const link: Link<FromWorker, ToWorker> = { post: (message) => port2.postMessage(message), onMessage: (listener) => port2.on('message', listener) };
    const relayed = (this.relayed = new RelayedSource(source.tracks, 500));
    this.fanout = new Fanout({ source: relayed, clock, wallClock: () => 0, random: () => 0 });
    const connect = async (offer: string) => {
      await answering.held;
      if (answering.fail) throw answering.fail;
      const connection = new ScriptedConnection(offer);
      this.connections.push(connection);
      return connection;
    };
    remoteLogger(link).child({ part: 'worker' }).warn({ err: new Error('odd'), callback: () => undefined }, 'something is odd');
    serveShard({ link, shard: new LocalShard({ programme: this.fanout, connect }), onFrame: (frame) => relayed.receive(frame), onClosed: () => this.die(undefined) });
  }

  post(message: ToWorker): void {
    this.#port.postMessage(message);
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#port.on('message', listener);
  }

  onEnded(listener: (error: Error | undefined) => void): void {
    this.#ended.push(listener);
  }

  terminate(): void {
    this.terminated = true;
    this.die(undefined);
  }

  die(error: Error | undefined): void {
    this.#port.removeAllListeners('message');
    for (const listener of this.#ended.splice(0)) listener(error);
  }
}

async function setUp() {
  const clock = new VirtualClock();
  const source = new ManualSource();
  const backlog = new Backlog();
  const threads: FakeThread[] = [];
  const answering: { fail?: Error; held?: Promise<void> } = {};
  const lines: [LogFields, string][] = [];
  const note = (first: LogFields | string, text?: string) => void lines.push(typeof first === 'string' ? [{}, first] : [first, text ?? '']);
  const log: Logger = { ...silentLogger, warn: note, error: note, child: () => log };
  const start = () => {
    const thread = new FakeThread(source, clock, answering);
    threads.push(thread);
    return thread;
  };
  const shard = new WorkerShard({ number: 1, start, source, backlog, clock, timeOrigin: 1_000, random: () => 0, log });
  source.onFrame((frame) => {
    backlog.add(frame);
    shard.send(packFrame(frame, source.epoch, 1_000));
  });
  await new Promise<void>((resolve) => shard.onReady(resolve));
  return { clock, source, threads, answering, lines, shard };
}

/** All that is on its way between the ends has arrived. */
async function settled(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  for (let turn = 0; turn < 4; turn++) {
    const arrived = once(port2, 'message');
    port1.postMessage('after all else');
    await arrived;
  }
  port1.close();
}

describe('a shard in a worker thread', () => {
  it('answers offers there, and sends media as soon as the connection is up', async () => {
    const { source, threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const connected = new Promise<void>((resolve) => watching.onConnected(resolve));
    const connection = threads[0]!.connections[0]!;
    expect([connection.offer, watching.answer, shard.viewers]).toEqual(['the offer', connection.answer, 1]);
    connection.comeUp();
    await connected;
    source.emit(picture(0, { keyframe: true, bytes: 3_000 }), sound(0.02));
    await settled();
    expect(connection.packets.map(({ payload }) => payload.length)).toEqual([1_001, 1_001, 1_001, 4]);
    expect(new Set(connection.packets.map(({ ssrc }) => ssrc)).size).toBe(2);
    expect([...(await shard.statistics())].map(([name, { tracks }]) => [name, tracks.map(({ packets }) => packets)])).toEqual([['call 1', [3, 1]]]);
  });

  it('restarts ICE there, hears of later candidates there, and tells what was refused as what it is', async () => {
    const { threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const connection = threads[0]!.connections[0]!;
    watching.addCandidates(['1 1 udp 1 192.0.2.1 9 typ host']);
    expect(await watching.renew('another')).toBe('v=0\r\nthe answer to another\r\n');
    expect([watching.answer, connection.candidates]).toEqual([connection.answer, ['1 1 udp 1 192.0.2.1 9 typ host']]);
    for (const error of [new SdpError('no'), new NotAcceptableError('no')]) {
      connection.renewalError = error;
      await expect(watching.renew('a third')).rejects.toBeInstanceOf(error.constructor);
    }
    await watching.close();
    await expect(watching.renew('too late')).rejects.toBeInstanceOf(ShardUnavailableError);
  });

  it('leaves nobody waiting for a restart when the thread is gone', async () => {
    const { threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const renewal = watching.renew('another');
    threads[0]!.die(new Error('crashed'));
    await expect(renewal).rejects.toBeInstanceOf(ShardUnavailableError);
  });

  it('tells why a connection ended, and what is known of the viewer when he is let go', async () => {
    const { source, threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const ended = new Promise<string>((resolve) => watching.onClosed(resolve));
    const connection = threads[0]!.connections[0]!;
    connection.comeUp();
    source.emit(sound(0));
    await settled();
    connection.vanish('the viewer left');
    expect(await ended).toBe('the viewer left');
    expect((await watching.close())?.tracks.map(({ packets }) => packets)).toEqual([0, 1]);
    expect([connection.closed, shard.viewers, threads[0]!.fanout.viewers]).toEqual([true, 0, 0]);
  });

  it('hears there when the answer has arrived, and tells why media never came up', async () => {
    const { threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const connection = threads[0]!.connections[0]!;
    watching.delivered();
    await settled();
    expect(connection.deliveries).toBe(1);
    const diagnosis = { id: 'dtls-failed', sentence: 'No keys.', report: { who: 'the viewer', offered: [], answered: ['10.0.0.5:9'], checks: { received: 1, from: ['10.0.0.6:9'], sent: 1, answered: 1 }, nominated: true, dtls: 'failed' } } as const;
    connection.diagnosis = diagnosis;
    const ended = new Promise((resolve) => watching.onClosed((reason, why) => resolve([reason, why])));
    connection.vanish('the connection failed');
    expect(await ended).toEqual(['the connection failed', diagnosis]);
    expect(await new Promise((resolve) => watching.onClosed((_, why) => resolve(why))), 'whoever asks later hears the same').toEqual(diagnosis);
  });

  it.each([new SdpError('no SDP'), new NotAcceptableError('no codec'), new Error('EMFILE')])('refuses with the error that it was: %s', async (error) => {
    const { answering, shard } = await setUp();
    answering.fail = error;
    await expect(shard.admit('call 1', 'the offer')).rejects.toMatchObject({ message: error.message, constructor: error.constructor });
    expect(shard.viewers).toBe(0);
  });

  it('gives late starters the frames since the latest keyframe, with the time that they belong to', async () => {
    const { clock, source, threads, shard } = await setUp();
    source.epoch = 123;
    source.emit(picture(0, { keyframe: true }), picture(0.04), picture(0.08, { keyframe: true }), picture(0.12));
    await settled();
    threads[0]!.die(new Error('out of memory'));
    await clock.advance(500);
    await settled();
    expect(threads).toHaveLength(2);
    const watching = await shard.admit('call 2', 'the offer');
    const { connections, fanout, relayed } = threads[1]!;
    connections[0]!.comeUp();
    await settled();
    expect(connections[0]!.packets.map(({ payload }) => payload[0])).toEqual([0x10, 0x10]);
    expect([fanout.viewers, relayed.epoch]).toEqual([1, 123 + 1_000 - 500]);
    await watching.close();
  });

  it('that crashes takes its viewers with it, says so, and starts anew', async () => {
    const { clock, threads, answering, lines, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    const ended = new Promise<string>((resolve) => watching.onClosed(resolve));
    answering.held = new Promise(() => undefined);
    const unanswered = shard.admit('call 2', 'the offer').catch((error: unknown) => error);
    const statistics = shard.statistics();
    threads[0]!.die(new Error('out of memory'));
    expect(await ended).toMatch(/crashed/);
    expect(await unanswered).toBeInstanceOf(ShardUnavailableError);
    expect((await statistics).size).toBe(0);
    expect(await watching.close()).toBeUndefined();
    expect([shard.viewers, shard.available]).toEqual([0, false]);
    await expect(shard.admit('call 3', 'the offer')).rejects.toBeInstanceOf(ShardUnavailableError);
    const [fields, text] = lines.at(-1)!;
    expect([(fields['err'] as Error).message, fields['viewers'], text]).toEqual(['out of memory', 2, expect.stringMatching(/250 ms/)]);
    await clock.advance(249);
    expect(threads).toHaveLength(1);
    await clock.advance(1);
    await settled();
    expect([threads.length, shard.available]).toEqual([2, true]);
  });

  it('knows what all of its viewers were sent, also those who have gone, and those of a thread that crashed', async () => {
    const { clock, source, threads, shard } = await setUp();
    const first = await shard.admit('call 1', 'the offer');
    threads[0]!.connections[0]!.comeUp();
    source.emit(picture(0, { keyframe: true, bytes: 3_000 }), sound(0.02));
    await settled();
    const sent = { packets: 4, octets: 3_007, retransmitted: 0, nacks: 0, keyframeRequests: 0 };
    expect(await shard.totals()).toMatchObject(sent);
    await first.close();
    expect(await shard.totals()).toMatchObject(sent);
    threads[0]!.die(new Error('out of memory'));
    await clock.advance(250);
    await settled();
    await shard.admit('call 2', 'the offer');
    threads[1]!.connections[0]!.comeUp();
    source.emit(sound(0.04));
    await settled();
    expect((await shard.totals()).packets).toBeGreaterThan(sent.packets);
    expect(await new Shards([shard, shard]).totals()).toMatchObject({ packets: 2 * (await shard.totals()).packets });
  });

  it('tells when the first picture has gone out', async () => {
    const { source, threads, shard } = await setUp();
    const watching = await shard.admit('call 1', 'the offer');
    let shown = 0;
    watching.onFirstFrame(() => shown++);
    threads[0]!.connections[0]!.comeUp();
    source.emit(sound(0));
    await settled();
    expect(shown).toBe(0);
    source.emit(picture(0.04, { keyframe: true }), picture(0.08));
    await settled();
    expect(shown).toBe(1);
  });

  it('waits longer after each crash', async () => {
    const { clock, threads } = await setUp();
    const waits: number[] = [];
    for (let crash = 0; crash < 4; crash++) {
      threads.at(-1)!.die(undefined);
      const [begun, count] = [clock.now(), threads.length];
      while (threads.length === count) await clock.advance(1);
      waits.push(clock.now() - begun);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000]);
  });

  it('writes its lines into the log of the main thread', async () => {
    const { lines } = await setUp();
    const [fields, text] = lines[0]!;
    expect([text, fields['part'], (fields['err'] as Error).message, fields['callback']]).toEqual(['something is odd', 'worker', 'odd', '() => undefined']);
  });

  it('ends when it is closed, with everything that it holds; by force where it does not', async () => {
    const { threads, shard } = await setUp();
    await shard.admit('call 1', 'the offer');
    await shard.close();
    expect([threads[0]!.connections[0]!.closed, threads[0]!.terminated, threads.length]).toEqual([true, false, 1]);
    const stuck = await setUp();
    stuck.threads[0]!.post = () => undefined;
    const closed = stuck.shard.close();
    await stuck.clock.advance(2_000);
    await closed;
    expect(stuck.threads[0]!.terminated).toBe(true);
  });

  it('lets go of a viewer whose call ended before he was answered', async () => {
    const { threads, answering, shard } = await setUp();
    let release: () => void = () => undefined;
    answering.held = new Promise((resolve) => (release = resolve));
    const admitted = shard.admit('call 1', 'the offer');
    await settled();
    release();
    const watching = await admitted;
    await watching.close();
    expect([threads[0]!.connections[0]!.closed, shard.viewers]).toEqual([true, 0]);
  });
});

describe('several shards', () => {
  it('share the viewers evenly, and leave out those that are down', async () => {
    const [one, two] = [await setUp(), await setUp()];
    const shards = new Shards([one.shard, two.shard]);
    for (let viewer = 0; viewer < 4; viewer++) await shards.admit(`call ${viewer}`, 'the offer');
    expect([one.shard.viewers, two.shard.viewers, shards.viewers]).toEqual([2, 2, 4]);
    one.threads[0]!.die(undefined);
    await shards.admit('call 5', 'the offer');
    expect([one.shard.viewers, two.shard.viewers]).toEqual([0, 3]);
    two.threads[0]!.die(undefined);
    expect(shards.available).toBe(false);
    await expect(shards.admit('call 6', 'the offer')).rejects.toBeInstanceOf(ShardUnavailableError);
  });
});

describe('statistics of several shards', () => {
  it('are there when one hangs: the others as they are, and that one as it was, without those who have left', async () => {
    const [one, two] = [await setUp(), await setUp()];
    const shards = new Shards([one.shard, two.shard]);
    const packets = async () => {
      const viewers = shards.statistics();
      await settled();
      await one.clock.advance(500);
      return [...(await viewers)].map(([name, { tracks }]) => [name, tracks.map((track) => track.packets)]);
    };
    const [, , leaver] = [await shards.admit('call 1', 'an offer'), await shards.admit('call 2', 'an offer'), await shards.admit('call 3', 'an offer')];
    for (const connection of [...one.threads[0]!.connections, ...two.threads[0]!.connections]) connection.comeUp();
    for (const { source } of [one, two]) source.emit(sound(0));
    await settled();
    expect(await packets()).toEqual([['call 1', [0, 1]], ['call 3', [0, 1]], ['call 2', [0, 1]]]);
    await leaver.close();
    one.threads[0]!.post = () => undefined;
    for (const { source } of [one, two]) source.emit(sound(1));
    await settled();
    expect(await packets()).toEqual([['call 1', [0, 1]], ['call 2', [0, 2]]]);
  });
});

describe('the backlog', () => {
  it('keeps nothing of a track whose keyframes lie too far apart, until the next one', () => {
    const source = new ManualSource();
    const backlog = new Backlog();
    source.onFrame((frame) => backlog.add(frame));
    source.emit(picture(0));
    expect(backlog.frames()).toHaveLength(0);
    source.emit(picture(0, { keyframe: true }), ...Array.from({ length: 1_023 }, (_, index) => picture(index)));
    expect(backlog.frames()).toHaveLength(1_024);
    source.emit(picture(1_023));
    expect(backlog.frames()).toHaveLength(0);
    source.emit(picture(1_024, { keyframe: true }), sound(1_024), sound(1_025));
    expect(backlog.frames().map(({ kind }) => kind)).toEqual(['video', 'audio']);
  });
});
