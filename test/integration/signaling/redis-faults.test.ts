import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryOpenError, DirectoryWriteError } from '../../../signaling/directory/directory.ts';
import type { EngineReport } from '../../../signaling/directory/redis/condition.ts';
import { RedisDirectory } from '../../../signaling/directory/redis/redis-directory.ts';
import type { RedisDirectoryOptions } from '../../../signaling/directory/redis/redis-directory.ts';
import { RedisServer } from '../../support/engines/redis.ts';
import { binding, session, streamer } from '../../support/signaling/entries.ts';
import { openRedisDirectory, whenShown } from '../../support/signaling/redis-directories.ts';

const OTHER = { host: '127.0.0.1', port: 5070 };

/** What a directory reports, and a way to wait for it. */
class Reports {
  readonly kinds: string[] = [];
  readonly texts: string[] = [];
  readonly #waiting = new Set<() => void>();

  readonly take = (report: EngineReport): void => {
    this.kinds.push(report.kind);
    if (report.kind === 'failing') this.texts.push(String(report.error));
    for (const check of this.#waiting) check();
  };

  /** Resolves when it was reported so often. */
  async heard(kind: EngineReport['kind'], times = 1): Promise<void> {
    const holds = (): boolean => this.kinds.filter((each) => each === kind).length >= times;
    if (holds()) return;
    await new Promise<void>((resolve) => this.#waiting.add(() => holds() && resolve()));
  }
}

describe('A directory whose Redis', () => {
  let server: RedisServer;
  let reports: Reports;
  let opened: RedisDirectory[];

  beforeEach(async () => {
    server = await RedisServer.notStarted();
    reports = new Reports();
    opened = [];
  });

  afterEach(async () => {
    for (const directory of opened) await directory.close().catch(() => undefined);
    await server.remove();
  });

  async function open(options: Partial<RedisDirectoryOptions> = {}): Promise<RedisDirectory> {
    const directory = await openRedisDirectory(server, options);
    opened.push(directory);
    return directory;
  }

  it('is away at the start opens all the same, takes nothing, and recovers alone', async () => {
    const directory = await open({ report: reports.take, writeLimitMs: 200 });
    expect([directory.known, directory.writable, reports.kinds]).toEqual([false, false, ['failing']]);
    await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(DirectoryWriteError);
    expect(directory.streamers.size).toBe(0);
    await server.start();
    await reports.heard('recovered');
    await directory.streamers.put(streamer('camera'));
    expect([directory.known, directory.writable, reports.kinds]).toEqual([true, true, ['failing', 'recovered']]);
  });

  it('goes away keeps what is known, takes what needs no acknowledgement, and writes it when the engine is back; nothing flaps', async () => {
    await server.start();
    const directory = await open({ report: reports.take, writeLimitMs: 300 });
    const known = Array.from({ length: 50 }, (_, index) => streamer(`streamer ${index}`));
    await Promise.all(known.map((each) => directory.streamers.put(each)));
    await server.kill();
    await reports.heard('failing');
    const refreshed = streamer('streamer 3', { bindings: [binding('streamer 3', { cseq: 2 })] });
    directory.streamers.putLazily(refreshed);
    directory.sessions.putLazily(session('one'));
    directory.sessions.putLazily(session('gone'));
    directory.sessions.deleteLazily(session('gone').id);
    await expect(directory.streamers.put(streamer('new'))).rejects.toThrow(DirectoryWriteError);
    await expect(directory.streamers.put(streamer('newer'))).rejects.toThrow(/away/);
    expect([directory.streamers.size, directory.known, directory.writable]).toEqual([50, true, false]);
    let changes = 0;
    directory.streamers.onChange(() => changes++);
    await server.start();
    await reports.heard('recovered');
    await directory.flush();
    const other = await open({ self: OTHER });
    expect([...other.streamers.values()]).toEqual(known.map((each) => (each.name === refreshed.name ? refreshed : each)));
    expect([...other.sessions.values()]).toEqual([session('one')]);
    expect([changes, reports.kinds]).toEqual([0, ['failing', 'recovered']]);
  });

  it('comes back within the limit lets whoever waits wait', async () => {
    await server.start();
    const directory = await open({ report: reports.take, writeLimitMs: 10_000 });
    await server.kill();
    await reports.heard('failing');
    const acknowledged = directory.streamers.put(streamer('camera'));
    await server.start();
    await acknowledged;
    expect((await open({ self: OTHER })).streamers.size).toBe(1);
  });

  it('says nothing any more gives up what somebody waits for, and never carries it out later', async () => {
    await server.start();
    const directory = await open({ report: reports.take, writeLimitMs: 500 });
    const other = await open({ self: OTHER });
    await directory.streamers.put(streamer('before'));
    await whenShown(other.streamers, () => other.streamers.size === 1);
    server.pause();
    await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(/did not confirm within 500 ms/);
    expect([...directory.streamers.values()]).toEqual([streamer('before')]);
    server.resume();
    await directory.flush();
    await directory.streamers.put(streamer('after'));
    await whenShown(other.streamers, () => other.streamers.get('after') !== undefined);
    expect([...other.streamers.values()].map(({ name }) => name)).toEqual(['before', 'after']);
    expect(reports.kinds).toEqual(['failing', 'recovered']);
  });

  it('is silent for longer than a network may be is given up, and found again', async () => {
    await server.start();
    const directory = await open({ report: reports.take });
    await directory.streamers.put(streamer('before'));
    server.pause();
    await reports.heard('failing');
    expect(reports.texts).toEqual([expect.stringMatching(/silent for/)]);
    directory.sessions.putLazily(session('one'));
    server.resume();
    await reports.heard('recovered');
    await directory.flush();
    expect([...(await open({ self: OTHER })).sessions.values()]).toEqual([session('one')]);
  });

  it('is full refuses clearly, keeps what it has and what came meanwhile, and says so once', async () => {
    await server.start();
    const directory = await open({ report: reports.take });
    await directory.streamers.put(streamer('before'));
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(/OOM/);
    await expect(directory.streamers.put(streamer('another'))).rejects.toThrow(/OOM/);
    directory.sessions.putLazily(session('one'));
    directory.sessions.putLazily(session('one', { state: 'answer-received' }));
    expect(directory.writable).toBe(false);
    expect([...directory.streamers.values()]).toEqual([streamer('before')]);
    // Who goes makes room: that is taken.
    await directory.streamers.delete('before');
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    await directory.flush();
    await directory.streamers.put(streamer('after'));
    const other = await open({ self: OTHER });
    expect([...other.streamers.values()]).toEqual([streamer('after')]);
    expect([...other.sessions.values()]).toEqual([session('one', { state: 'answer-received' })]);
    expect(reports.kinds).toEqual(['failing', 'recovered']);
  });

  it('is full recovers though nobody asks for anything', async () => {
    await server.start();
    const directory = await open({ report: reports.take });
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(/OOM/);
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    await reports.heard('recovered');
    expect([directory.writable, reports.kinds]).toEqual([true, ['failing', 'recovered']]);
  });

  it('was restarted empty gets back what all daemons know', async () => {
    await server.start();
    const [a, b] = [await open({ report: reports.take }), await open({ self: OTHER })];
    const two = streamer('two', { bindings: [binding('two', { q: 0.9 }), binding('two', { contact: 'sip:two@127.0.0.1:7000', q: 0.5 })] });
    await a.streamers.put(streamer('one', { identity: 'ana' }));
    await b.streamers.put(two);
    a.sessions.putLazily(session('call'));
    await whenShown(b.streamers, () => b.streamers.size === 2);
    await whenShown(a.streamers, () => a.streamers.size === 2);
    await server.restartEmpty();
    await reports.heard('recovered');
    await b.streamers.put(streamer('three'));
    await whenShown(a.streamers, () => a.streamers.get('three') !== undefined);
    await Promise.all([a.flush(), b.flush()]);
    const third = await open({ self: { host: '127.0.0.1', port: 5080 } });
    const expected = [streamer('one', { identity: 'ana' }), streamer('three'), two];
    for (const each of [a, b, third]) {
      expect([...each.streamers.values()].sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual(expected);
      expect([...each.sessions.values()]).toEqual([session('call')]);
    }
    expect(third.peers.has(OTHER)).toBe(true);
    expect(reports.kinds).toContain('emptied');
    // Whose a name is, was not lost.
    await expect(third.streamers.put(streamer('one', { kind: 'person', bindings: [binding('one', { contact: 'sip:eve@127.0.0.1:6666' })] }))).resolves.toBeUndefined();
  });

  it('is emptied while it runs gets it back too', async () => {
    await server.start();
    const directory = await open({ report: reports.take });
    await directory.streamers.put(streamer('one'));
    await server.command('FLUSHALL');
    await reports.heard('emptied');
    await reports.heard('recovered');
    await directory.flush();
    expect([...(await open({ self: OTHER })).streamers.values()]).toEqual([streamer('one')]);
  });

  it('has forgotten its scripts is sent them again', async () => {
    await server.start();
    const directory = await open({ report: reports.take });
    await directory.streamers.put(streamer('one'));
    await server.command('SCRIPT', 'FLUSH');
    await directory.streamers.put(streamer('two'));
    expect(reports.kinds).toEqual([]);
  });

  it('wants another password is told of without the one that was tried, and tried again', async () => {
    const guarded = await RedisServer.start({ password: 'right' });
    try {
      const directory = await RedisDirectory.open({ url: guarded.url.replace('right', 'wr0ng'), self: OTHER, report: reports.take });
      opened.push(directory);
      expect([directory.known, reports.kinds]).toEqual([false, ['failing']]);
      expect(reports.texts.join()).toMatch(/WRONGPASS/);
      expect(reports.texts.join()).not.toMatch(/wr0ng/);
      const good = await RedisDirectory.open({ url: guarded.url, self: OTHER });
      opened.push(good);
      await good.streamers.put(streamer('camera'));
    } finally {
      await guarded.remove();
    }
  });

  it.each(['redis://', 'http://127.0.0.1:1', 'redis://127.0.0.1:99999', 'redis://:geheim@127.0.0.1/x', 'redis://127.0.0.1/0?a=b'])('cannot be named by %s is refused', async (url) => {
    const error = await RedisDirectory.open({ url, self: OTHER }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DirectoryOpenError);
    expect(String(error)).not.toMatch(/geheim/);
  });
});
