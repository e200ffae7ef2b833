/** Rooms with real processes over UDP: a daemon, two processes that host rooms, and fronts whose members are scripted. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/paths.ts';
import { spawnService, startService, type ServiceProcess } from '../support/processes/service.ts';
import { RoomFront, type JoinOptions, type Member } from '../support/streamer/room-front.ts';
import { WeriftMember } from '../support/streamer/werift-member.ts';

interface Occupancy {
  readonly rooms: readonly { readonly id: string; readonly members: readonly string[] }[];
}

describe('A streamer for rooms', () => {
  it.each([
    ['a source', ['--source', 'test'], /--source/],
    ['playback for each', ['--mode', 'vod'], /--mode vod/],
    ['a host that is none', ['not a host'], /host/],
    ['an address that is not its own', ['--media-host', '192.0.2.77'], /--media-host/],
  ])('refuses to start with %s: one line, status 2 (seed 4.1)', async (_, args, reason) => {
    const child = spawnService('streamer', ['--rooms', ...args]);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    expect(child.log.lines.map(({ text }) => text)).toEqual([expect.stringMatching(reason)]);
  });
});

describe.each<[string, string | undefined]>([
  ['without a secret', undefined],
  ['with a secret', 'correct horse battery staple'],
])('Rooms of several processes, %s,', (_, secret) => {
  let folder: ReturnType<typeof scratchFolder>;
  let processes: ServiceProcess[];
  let fronts: RoomFront[];
  let browsers: WeriftMember[];
  let daemon: string;
  let focuses: [ServiceProcess, ServiceProcess];

  const secretArgs = secret === undefined ? [] : ['--secret', secret];

  beforeEach(async () => {
    folder = scratchFolder('rooms');
    processes = [];
    fronts = [];
    browsers = [];
    const signaling = await startDaemon('0');
    daemon = signaling.addresses['sip'] ?? '';
    focuses = [await startFocus('one'), await startFocus('two')];
  });

  afterEach(async () => {
    for (const browser of browsers) await browser.close();
    for (const front of fronts) await front.close();
    for (const { child } of processes.reverse()) await child.end('SIGKILL');
    folder.remove();
  });

  async function startDaemon(port: string): Promise<ServiceProcess> {
    const service = await startService('signaling', [port, '--directory', join(folder.path, 'directory.xml'), ...secretArgs]);
    processes.push(service);
    return service;
  }

  async function startFocus(name: string): Promise<ServiceProcess> {
    const service = await startService('streamer', ['--rooms', '127.0.0.1', daemon.split(':')[1] ?? '', '--name', name, '--media-host', '127.0.0.1', ...secretArgs]);
    processes.push(service);
    await service.child.log.waitFor(({ record }) => record?.msg.startsWith('registered as') === true);
    return service;
  }

  async function frontWith(...names: string[]): Promise<RoomFront> {
    const front = await RoomFront.open(daemon, secret);
    fronts.push(front);
    for (const name of names) await front.signIn(name);
    return front;
  }

  /** A member whose media is connected, so that he stays. */
  async function enter(front: RoomFront, room: string, name: string, options: JoinOptions = {}): Promise<Member> {
    const browser = new WeriftMember();
    browsers.push(browser);
    const member = await front.join(room, name, { ...options, offer: await browser.offer() });
    await browser.connect(member.response.body.toString('utf8'));
    return member;
  }

  const placeOf = ({ response }: Member): string | undefined => response.headers.get('Sipcast-Room');
  const addressOf = ({ addresses }: ServiceProcess): string => addresses['sip'] ?? '';
  const complaints = ({ child }: ServiceProcess): string[] => child.log.lines.filter(({ record }) => record === undefined || record.level === 'warn' || record.level === 'error').map(({ text }) => text);

  it('are shared out, kept apart, and heard of by whoever subscribed (seeds 1.2, 1.7, 2.6, 2.7, 2.10, 2.11, 2.15, 2.23, 3.14, 3.15)', async () => {
    const [front, other] = [await frontWith('ana', 'bo'), await frontWith('cy')];
    const occupancy = other.watch<Occupancy>('rooms').heard;
    const ana = await enter(front, 'tea', 'ana', { terms: 'title="Tea at five"' });
    const cy = await enter(other, 'other', 'cy');
    expect([placeOf(ana), placeOf(cy), new Set([ana.host, cy.host])]).toEqual(['member=m1;event=created', 'member=m1;event=created', new Set(focuses.map(addressOf))]);
    expect((await ana.texts.until(() => true)).text).toBe('Welcome to Tea at five, ana.');
    const roster = front.watch('conference', 'tea').heard;
    const bo = await enter(front, 'tea', 'bo');
    expect([placeOf(bo), bo.host]).toEqual(['member=m2;event=joined', ana.host]);
    await roster.until(({ members }) => members.map(({ name }) => name).join() === 'ana,bo');
    expect(await ana.offers.until(() => true)).toContain('a=msid:m2 m2-audio');
    expect(await bo.offers.until(() => true)).toContain('a=msid:m1 m1-camera');
    expect((await front.say(ana, 'hello', { from: 'ana', to: 'room-tea' })).status).toBe(200);
    expect((await bo.texts.until(({ text }) => text === 'hello')).from).toBe(front.addressOf('ana'));
    expect((await front.say(bo, 'between us', { from: 'bo', to: 'ana' })).status).toBe(200);
    await ana.texts.until(({ text }) => text === 'between us');
    expect((await front.say(bo, 'to nobody', { from: 'bo', to: 'cy' })).status).toBe(404);
    await occupancy.until(({ rooms }) => rooms.some(({ id, members }) => id === 'tea' && members.join() === 'ana,bo') && rooms.some(({ id }) => id === 'other'));
    await front.info(bo, '{"audio":false,"name":"Bo B"}');
    await roster.until(({ members }) => members.some(({ name, audio }) => name === 'Bo B' && !audio));
    await bo.dialog.bye();
    await roster.until(({ members }) => members.map(({ name }) => name).join() === 'ana');
    await ana.dialog.bye();
    await occupancy.until(({ rooms }) => rooms.every(({ id }) => id !== 'tea'));
    expect(cy.texts.all).toHaveLength(1);
    expect(focuses.flatMap(complaints)).toEqual([]);
  });

  it('are full at their limit, also for two at once, and take the same person twice only as one (seeds 1.4, 2.4)', async () => {
    const front = await frontWith('ana', 'bo', 'cy');
    const terms = 'max=2';
    const [first, bo] = [await enter(front, 'tea', 'ana', { terms }), await enter(front, 'tea', 'bo', { terms })];
    expect([(await front.refused('tea', 'cy', { terms })).status]).toEqual([486]);
    const second = await enter(front, 'tea', 'ana', { terms });
    expect(await first.ended.until(() => true)).toBe('SIP;cause=410;text="joined elsewhere"');
    await second.dialog.bye();
    const outcomes = await Promise.allSettled([front.join('tea', 'cy', { terms }), front.join('tea', 'di', { terms })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(bo.dialog.ended).toBeUndefined();
  });

  it('go on elsewhere when their process hangs or is killed (seeds 2.20, 2.23)', async () => {
    const front = await frontWith('ana', 'bo', 'cy');
    const occupancy = front.watch<Occupancy>('rooms').heard;
    const ana = await enter(front, 'tea', 'ana');
    const [host, spare] = addressOf(focuses[0]) === ana.host ? focuses : [focuses[1], focuses[0]];
    host.child.signal('SIGSTOP');
    const started = performance.now();
    const bo = await enter(front, 'tea', 'bo');
    expect(performance.now() - started).toBeGreaterThan(1900);
    expect([bo.host, placeOf(bo)]).toEqual([addressOf(spare), 'member=m1;event=created']);
    expect((await enter(front, 'tea', 'cy')).host).toBe(addressOf(spare));
    await host.child.end('SIGKILL');
    // As soon as its registration is over, nobody is inside there any more.
    const known = occupancy.all.length;
    await occupancy.until(({ rooms }) => rooms.every(({ members }) => !members.includes('ana')), known - 1);
  });

  it('stay where they are over a restart of the daemon, with those inside (seed 4.15)', async () => {
    const front = await frontWith('ana', 'bo');
    const [ana, bo] = [await enter(front, 'one', 'ana'), await enter(front, 'two', 'bo')];
    const [signaling] = processes;
    const occupancy = front.watch<Occupancy>('rooms').heard;
    await occupancy.until(({ rooms }) => rooms.length === 2);
    await signaling?.child.end('SIGTERM');
    await startDaemon(daemon.split(':')[1] ?? '');
    for (const name of ['ana', 'bo']) await front.signIn(name);
    const cy = await enter(front, 'two', 'cy');
    expect(cy.host).toBe(bo.host);
    expect((await front.say(bo, 'still there?', { from: 'bo', to: 'cy' })).status).toBe(200);
    await cy.texts.until(({ text }) => text === 'still there?');
    await ana.dialog.bye();
    expect(ana.dialog.ended).toBe('local-bye');
  });

  it('take neither floods nor nonsense nor forged senders, and go on (seeds 2.16, 2.17, 2.18)', async () => {
    const front = await frontWith('ana', 'bo');
    const [ana, bo] = [await enter(front, 'tea', 'ana'), await enter(front, 'tea', 'bo')];
    const floods: number[] = [];
    for (let index = 0; index < 15; index++) floods.push((await front.say(ana, `flood ${index}`, { from: 'ana', to: 'room-tea' })).status);
    expect(floods.filter((status) => status === 503)).toHaveLength(5);
    expect((await front.say(bo, 'I am ana', { from: 'ana', to: 'room-tea' })).status).toBe(403);
    const nonsense = ['', '{', 'null', '[]', '{"audio":1}', '{"kick":"ana"}', '{"__proto__":{}}', `{"name":"${'x'.repeat(10_000)}"}`, '{"name":"ana"}', '['.repeat(30_000), '\u0000'];
    const statuses = [];
    for (const report of nonsense) statuses.push((await front.info(bo, report)).status);
    expect(statuses).toEqual(nonsense.map((report) => (report === '{"name":"ana"}' ? 403 : 400)));
    expect((await ana.dialog.request('SHOUT')).status).toBe(501);
    await bo.texts.until(({ text }) => text === 'flood 9');
    expect(bo.texts.all.map(({ text }) => text)).toEqual(['Welcome to the room, bo.', ...Array.from({ length: 10 }, (_value, index) => `flood ${index}`)]);
    expect(focuses.flatMap(complaints)).toEqual([]);
  });

  it('miss who vanishes within seconds, and free his place (seeds 0.18, 1.12, 2.20)', async () => {
    const front = await frontWith('ana', 'bo');
    const ana = await enter(front, 'tea', 'ana');
    await enter(front, 'tea', 'bo');
    const roster = front.watch('conference', 'tea').heard;
    await roster.until(({ members }) => members.length === 2);
    const started = performance.now();
    await browsers[0]?.vanish();
    expect(await ana.ended.until(() => true)).toMatch(/^SIP;cause=408;text="/);
    expect(performance.now() - started).toBeLessThan(30_000);
    await roster.until(({ members }) => members.map(({ name }) => name).join() === 'bo');
  });

  it('end in good order with their process: a BYE with its reason to each, and nothing that looks like an error (seed 4.20)', async () => {
    const front = await frontWith('ana', 'bo');
    const members = [await enter(front, 'one', 'ana'), await enter(front, 'two', 'bo')];
    const { subscription } = front.watch('conference', 'one');
    await subscription.established;
    const statuses = await Promise.all(focuses.map(({ child }) => child.end('SIGTERM')));
    expect(statuses).toEqual([{ code: 0, signal: null }, { code: 0, signal: null }]);
    for (const { ended } of members) expect(await ended.until(() => true)).toBe('SIP;cause=503;text="stopping"');
    expect(focuses.flatMap(complaints)).toEqual([]);
    const response = await front.refused('one', 'ana');
    expect([response.status, response.headers.get('Warning')]).toEqual([480, expect.stringContaining('no process that hosts rooms')]);
  });
});
