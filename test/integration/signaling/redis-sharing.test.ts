import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryConflictError } from '../../../signaling/directory/directory.ts';
import type { Change } from '../../../signaling/directory/directory.ts';
import type { Binding, Streamer } from '../../../signaling/directory/entries.ts';
import type { EngineReport } from '../../../signaling/directory/redis/condition.ts';
import type { RedisDirectory, RedisDirectoryOptions } from '../../../signaling/directory/redis/redis-directory.ts';
import { RedisServer } from '../../support/engines/redis.ts';
import { binding, session, streamer, subscription } from '../../support/signaling/entries.ts';
import { openRedisDirectory, whenShown } from '../../support/signaling/redis-directories.ts';

const MINUTE_MS = 60_000;

describe('Directories that share a Redis', () => {
  let server: RedisServer;
  let count = 0;
  let opened: RedisDirectory[] = [];

  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.remove());

  afterEach(async () => {
    for (const directory of opened) await directory.close();
    opened = [];
    count++;
  });

  async function open(options: Partial<RedisDirectoryOptions> = {}): Promise<RedisDirectory> {
    const directory = await openRedisDirectory(server, { prefix: `test${count}:`, ...options });
    opened.push(directory);
    return directory;
  }

  async function pair(one: Partial<RedisDirectoryOptions> = {}, other: Partial<RedisDirectoryOptions> = {}): Promise<[RedisDirectory, RedisDirectory]> {
    return [await open(one), await open({ self: { host: '127.0.0.1', port: 5070 }, ...other })];
  }

  function at(port: number, changes: Partial<Binding> = {}): Binding {
    return binding('camera', { contact: `sip:camera@127.0.0.1:${port}`, address: { host: '127.0.0.1', port }, callId: `call-${port}`, ...changes });
  }

  it('hear of what the other does', async () => {
    const [a, b] = await pair();
    await a.streamers.put(streamer('camera'));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    expect(b.streamers.get('camera')).toEqual(streamer('camera'));
    a.sessions.putLazily(session('one'));
    await whenShown(b.sessions, () => b.sessions.size === 1);
    expect([...b.sessions.values()]).toEqual([session('one')]);
    await b.streamers.delete('camera');
    await whenShown(a.streamers, () => a.streamers.size === 0);
  });

  it('are told of each change once, also of their own', async () => {
    const [a, b] = await pair();
    const changes: Change<Streamer>[] = [];
    for (const each of [a, b]) each.streamers.onChange((change) => changes.push(change));
    await a.streamers.put(streamer('camera'));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    // What comes after it in the same connections has passed all echoes.
    await b.streamers.put(streamer('mark'));
    await whenShown(a.streamers, () => a.streamers.size === 2);
    expect(changes.filter(({ after }) => after?.name === 'camera')).toHaveLength(2);
  });

  it('give a name that both take at once to one of them, and both show whose it is', async () => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = await pair();
      const name = `name ${round}`;
      const outcomes = await Promise.allSettled([a.streamers.put(streamer(name, { identity: 'ana' })), b.streamers.put(streamer(name, { identity: 'ben' }))]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.map(({ reason }: { reason: unknown }) => reason instanceof DirectoryConflictError)).toEqual([true]);
      const winner = outcomes[0].status === 'fulfilled' ? 'ana' : 'ben';
      expect([a, b].map((each) => each.streamers.get(name)?.identity)).toEqual([winner, winner]);
    }
  });

  it('do not give a name away whose holder another has renewed', async () => {
    let early = 0;
    // To this one, whose clock jumps, the registration is over.
    const [a, b] = await pair({ now: () => Date.now() + early });
    await a.streamers.put(streamer('camera', { identity: 'ana', bindings: [at(7000, { expiresAt: Date.now() + MINUTE_MS })] }));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    early = 2 * MINUTE_MS;
    const renewed = b.streamers.put(streamer('camera', { identity: 'ana', bindings: [at(7000, { cseq: 2, expiresAt: Date.now() + 3 * MINUTE_MS })] }));
    const taken = a.streamers.put(streamer('camera', { identity: 'eve', bindings: [at(6666, { expiresAt: Date.now() + 3 * MINUTE_MS })] }));
    await Promise.allSettled([renewed, taken]);
    // Whoever came first in the engine: never both.
    await whenShown(a.streamers, () => a.streamers.get('camera')?.bindings.length === 1);
    await whenShown(b.streamers, () => b.streamers.get('camera')?.identity === a.streamers.get('camera')?.identity);
    expect(b.streamers.get('camera')?.bindings).toHaveLength(1);
  });

  it('keep the bindings that each adds to one name at the same moment', async () => {
    const [a, b] = await pair();
    await a.streamers.put(streamer('camera', { bindings: [at(7000)] }));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    await Promise.all([
      a.streamers.put(streamer('camera', { bindings: [at(7000), at(7001)] })),
      b.streamers.put(streamer('camera', { bindings: [at(7000), at(7002)] })),
    ]);
    for (const each of [a, b]) {
      await whenShown(each.streamers, () => each.streamers.get('camera')?.bindings.length === 3);
      expect(new Set(each.streamers.get('camera')?.bindings.map(({ address }) => address.port))).toEqual(new Set([7000, 7001, 7002]));
    }
  });

  it('keep a name to which one adds a binding while the other removes all that it knows of', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = await pair();
      const name = `name ${round}`;
      await a.streamers.put(streamer(name, { bindings: [at(7000)] }));
      await whenShown(b.streamers, () => b.streamers.get(name) !== undefined);
      const [first, second] = round % 2 === 0 ? [a, b] : [b, a];
      await Promise.all([first.streamers.put(streamer(name, { bindings: [at(7000), at(7001)] })), second.streamers.delete(name)]);
      for (const each of [a, b]) {
        await whenShown(each.streamers, () => each.streamers.get(name)?.bindings.length === 1);
        expect(each.streamers.get(name)?.bindings.map(({ address }) => address.port)).toEqual([7001]);
      }
      const third = await open();
      expect(third.streamers.get(name)?.bindings.map(({ address }) => address.port)).toEqual([7001]);
    }
  });

  it('lose no binding that one renews while the other sweeps it out', async () => {
    const [a, b] = await pair();
    await a.streamers.put(streamer('camera', { bindings: [at(7000, { expiresAt: Date.now() + MINUTE_MS })] }));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    const renewed = streamer('camera', { bindings: [at(7000, { cseq: 2, expiresAt: Date.now() + 2 * MINUTE_MS })] });
    b.streamers.putLazily(renewed);
    a.streamers.deleteLazily('camera');
    await whenShown(a.streamers, () => a.streamers.get('camera')?.bindings[0].cseq === 2);
    await Promise.all([a.flush(), b.flush()]);
    const third = await open();
    expect(third.streamers.get('camera')).toEqual(renewed);
    expect(b.streamers.get('camera')).toEqual(renewed);
  });

  it('see a registration end by the engine, which nobody renewed', async () => {
    const [a, b] = await pair();
    await a.streamers.put(streamer('camera', { bindings: [at(7000, { expiresAt: Date.now() + 500 }), at(7001, { expiresAt: Date.now() + MINUTE_MS })] }));
    await whenShown(b.streamers, () => b.streamers.get('camera')?.bindings.length === 2);
    await Promise.all([a, b].map((each) => whenShown(each.streamers, () => each.streamers.get('camera')?.bindings.length === 1)));
    await a.streamers.put(streamer('other', { bindings: [binding('other', { expiresAt: Date.now() + 300 })] }));
    await Promise.all([a, b].map((each) => whenShown(each.streamers, () => each.streamers.get('other') === undefined)));
    // Its head goes a second later; until then the name is free all the same.
    const error = await b.streamers.put(streamer('other', { identity: 'another' })).catch((cause: unknown) => cause);
    if (error !== undefined) await b.streamers.put(streamer('other', { identity: 'another' }));
    await whenShown(a.streamers, () => a.streamers.get('other')?.identity === 'another');
  });

  it('agree on times though their clocks are apart', async () => {
    const [fast, slow] = [90_000, -40_000];
    const [a, b] = await pair({ now: () => Date.now() + fast }, { now: () => Date.now() + slow });
    const end = Date.now() + MINUTE_MS;
    await a.streamers.put(streamer('camera', { bindings: [at(7000, { expiresAt: end + fast })] }));
    a.sessions.putLazily(session('one', { changedAt: end + fast }));
    await whenShown(b.sessions, () => b.sessions.size === 1);
    const seen = b.streamers.get('camera')?.bindings[0].expiresAt ?? 0;
    expect(Math.abs(seen - slow - end)).toBeLessThan(1000);
    expect(Math.abs((b.sessions.get(session('one').id)?.changedAt ?? 0) - slow - end)).toBeLessThan(1000);
    const key = (await server.command('KEYS', `test${count}:name:camera:*`)).split('\r\n').at(-1) ?? '';
    const left = Number((await server.command('PTTL', key)).slice(1));
    expect(left).toBeGreaterThan(MINUTE_MS - 5000);
    expect(left).toBeLessThanOrEqual(MINUTE_MS + 1000);
  });

  it('have subscriptions of their own, and find them again', async () => {
    const [a, b] = await pair();
    await a.subscriptions.put(subscription('one'));
    await b.subscriptions.put(subscription('two'));
    expect([...a.subscriptions.values(), ...b.subscriptions.values()]).toEqual([subscription('one'), subscription('two')]);
    const again = await open();
    expect([...again.subscriptions.values()]).toEqual([subscription('one')]);
  });

  it('know where the others are reached, also those that are gone', async () => {
    const [a, b] = await pair();
    const third = { host: '10.0.0.3', port: 5060 };
    expect(a.peers.has(third)).toBe(false);
    await (await open({ self: third })).close();
    await a.streamers.put(streamer('mark'));
    await whenShown(b.streamers, () => b.streamers.size === 1);
    for (const each of [a, b]) {
      expect(each.peers.has(third)).toBe(true);
      expect(each.peers.has({ host: '127.0.0.1', port: 5070 })).toBe(true);
      expect(each.peers.has({ host: '127.0.0.1', port: 5080 })).toBe(false);
    }
  });

  it('pass over what somebody else has put under their keys', async () => {
    const reports: EngineReport[] = [];
    const directory = await open({ report: (report) => reports.push(report) });
    await directory.streamers.put(streamer('camera'));
    await server.command('SET', `test${count}:name:odd`, 'no JSON');
    await server.command('SET', `test${count}:name:odd:x`, '{"claim":"a.b"}');
    await server.command('SET', `test${count}:session:odd`, '{}');
    await server.command('SET', `test${count}:name:camera:x:y`, '[]');
    const other = await open();
    expect([...other.streamers.values()]).toEqual([streamer('camera')]);
    expect(other.sessions.size).toBe(0);
    await directory.streamers.put(streamer('odd'));
    expect(reports.map(({ kind }) => kind)).toContain('senseless');
  });
});
