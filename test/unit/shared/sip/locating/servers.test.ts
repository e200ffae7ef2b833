import { describe, expect, it } from 'vitest';
import type { FoundServer } from '../../../../../shared/sip/locating/find.ts';
import { Servers, type ServersOptions } from '../../../../../shared/sip/locating/servers.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((host) => ({ host, port: 5060 })) as [FoundServer, FoundServer, FoundServer];
const DOMAIN = { host: 'cast.test', port: 5060 };

function setUp(options: Partial<ServersOptions> = {}) {
  const clock = new VirtualClock();
  const servers = new Servers({ domain: DOMAIN, known: [A, B, C], clock, ...options });
  const events: string[] = [];
  const asked: string[] = [];
  const dead = new Set<string>();
  servers.onDown(({ host }) => events.push(`${clock.now()} down ${host}`));
  servers.onUp(({ host }) => events.push(`${clock.now()} up ${host}`));
  servers.onPreferred(({ host }) => events.push(`${clock.now()} preferred ${host}`));
  servers.start((server) => {
    asked.push(`${clock.now()} ${server.host}`);
    if (!dead.has(server.host)) clock.setTimeout(() => servers.hears({ host: server.host, port: server.port }), 10);
  });
  return { clock, servers, events, asked, dead };
}

describe('several servers', () => {
  it('are each asked once a second, and the first of those that are up is preferred', async () => {
    const { clock, servers, asked, events } = setUp();
    await clock.advance(2_500);
    expect(asked).toEqual([0, 1000, 2000].flatMap((at) => [A, B, C].map(({ host }) => `${at} ${host}`)));
    expect(servers.preferred).toMatchObject(A);
    expect(events).toEqual([]);
    servers.close();
    expect(clock.pending).toBe(0);
  });

  it('count as down after owing an answer for a second, asked four times meanwhile, and as up when they answer', async () => {
    const { clock, servers, asked, events, dead } = setUp();
    await clock.advance(500);
    dead.add(A.host);
    await clock.advance(2_000);
    expect(asked.filter((line) => line.endsWith(A.host)).slice(1, 5)).toEqual([1000, 1250, 1500, 1750].map((at) => `${at} ${A.host}`));
    expect(events).toEqual([`2000 preferred ${B.host}`, `2000 down ${A.host}`]);
    expect(servers.isDown(A)).toBe(true);
    dead.delete(A.host);
    await clock.advance(1_000);
    expect(events.slice(2)).toEqual([`3010 preferred ${A.host}`, `3010 up ${A.host}`]);
  });

  it('are not taken for dead by a process that stood still itself for long', () => {
    const { clock, servers, events } = setUp();
    clock.tick(900);
    // All answers of the meantime lie in the socket until the timers that are overdue have run.
    const heard: (() => void)[] = [];
    const hears = servers.hears.bind(servers);
    servers.hears = (from) => void heard.push(() => hears(from));
    clock.tick(150);
    for (const hear of heard.splice(0)) hear();
    expect(events).toEqual([]);
  });

  it('take what is for any of them, and what names one of them while that is up', async () => {
    const { clock, servers, dead } = setUp();
    expect(servers.locate(DOMAIN)).toMatchObject(A);
    expect(servers.locate(B)).toMatchObject(B);
    expect(servers.locate({ host: '10.7.7.7', port: 5060 })).toEqual({ host: '10.7.7.7', port: 5060 });
    expect(servers.serves({ host: '10.7.7.7', port: 5060 })).toBe(false);
    expect(servers.serves({ host: 'CAST.test', port: 5060 })).toBe(true);
    dead.add(B.host).add(A.host);
    await clock.advance(3_000);
    expect(servers.locate(DOMAIN)).toMatchObject(C);
    expect(servers.locate(B)).toMatchObject(C);
    expect(servers.next([C], false)).toMatchObject(A);
    dead.add(C.host);
    await clock.advance(3_000);
    expect(servers.preferred).toMatchObject(A);
    expect(servers.locate(DOMAIN)).toMatchObject(A);
  });

  it('are known by name and by address', () => {
    const { servers } = setUp({ known: [{ ...A, name: 'one.cast.test' }, B] });
    expect(servers.locate({ host: 'one.cast.test', port: 5060 })).toMatchObject(A);
    expect(servers.isSame({ host: 'one.cast.test', port: 5060 }, A)).toBe(true);
    expect(servers.isSame(A, B)).toBe(false);
  });

  it('that are but one are asked nothing', async () => {
    const { clock, servers, asked, events } = setUp({ known: [A] });
    await clock.advance(60_000);
    expect([asked, events]).toEqual([[], []]);
    expect(servers.locate(DOMAIN)).toMatchObject(A);
    expect(servers.next([A], false)).toBeUndefined();
  });
});

describe('servers that are looked up', () => {
  it('are looked up again; who came is asked, who went counts as down, and what is known stays when nothing is found', async () => {
    let answer: readonly FoundServer[] | Error = [A, B];
    const warnings: string[] = [];
    const { clock, servers, events, asked } = setUp({
      known: [],
      find: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
      log: { warn: (_, message) => void warnings.push(message), info: () => undefined },
    });
    expect(servers.preferred).toBeUndefined();
    expect(servers.locate(DOMAIN)).toEqual(DOMAIN);
    await servers.find();
    expect(servers.preferred).toMatchObject(A);
    answer = [B, C];
    await clock.advance(30_000);
    expect(servers.all).toMatchObject([B, C]);
    expect(events).toEqual([`0 preferred ${A.host}`, `30000 preferred ${B.host}`, `30000 down ${A.host}`]);
    expect(servers.isDown(A)).toBe(false);
    expect(asked).toContain(`30000 ${C.host}`);
    answer = new Error('queryA ESERVFAIL');
    await clock.advance(60_000);
    expect(servers.all).toMatchObject([B, C]);
    expect(warnings).toEqual(['the servers of cast.test cannot be looked up; those that are known stay']);
    answer = [];
    await clock.advance(30_000);
    expect(servers.all).toMatchObject([B, C]);
    expect(servers.foundNone).toBe(true);
    servers.close();
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });
});
