/** Two daemons, and front and a streamer that know both: one is killed, and whoever watches and calls hardly notices. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../support/engines/redis.ts';
import { Client } from '../support/front/client.ts';
import type { Page } from '../support/front/client.ts';
import { freeUdpPorts } from '../support/network/udp-ports.ts';
import { scratchFolder } from '../support/paths.ts';
import { spawnService, startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { offerOf } from '../support/sdp-fixtures.ts';

const SECRET = 'two daemons know it';
/** What a viewer may notice, ms; generous, for a machine that does much else. */
const NOTICED_MS = 4_000;

type Directories = (folder: string, daemon: number) => string;

/** Two daemons, a streamer called "sample" and a front, all with the list of both. */
class Pair {
  readonly folder = scratchFolder('failover');
  readonly daemons: ServiceProcess[] = [];
  streamer!: ServiceProcess;
  front!: ServiceProcess;
  readonly #directories: Directories;
  #ports: number[] = [];

  constructor(directories: Directories) {
    this.#directories = directories;
  }

  get #options() {
    return { cwd: this.folder.path, env: { SIPCAST_SECRET: SECRET } };
  }

  get url(): string {
    return (this.front.addresses['http'] ?? '').replace(/\/$/, '');
  }

  async start(): Promise<void> {
    this.#ports = await freeUdpPorts(2);
    await Promise.all([this.startDaemon(0), this.startDaemon(1)]);
    const list = this.#ports.map((port) => `127.0.0.1:${port}`).join(',');
    this.streamer = await startService('streamer', ['test', list, '--source', 'test', '--name', 'sample', '--workers', '0', '--connect-timeout', '60'], this.#options);
    this.front = await startService('front', ['0', list, '--requests-per-minute', '0'], this.#options);
  }

  async startDaemon(index: number): Promise<void> {
    this.daemons[index] = await startService('signaling', [String(this.#ports[index]), '--directory', this.#directories(this.folder.path, index)], this.#options);
  }

  async killDaemon(index: number): Promise<void> {
    await this.daemons[index]!.child.end('SIGKILL');
  }

  /** Whether front says that viewers can watch. */
  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  async stop(): Promise<void> {
    for (const { child } of [this.front, this.streamer, ...this.daemons]) await child.end();
    this.folder.remove();
  }
}

const lists = (name: string) => ({ streamers }: Record<string, unknown>) => Array.isArray(streamers) && streamers.some((entry: { name: string }) => entry.name === name);

const watchedBy = (count: number) => ({ streamers }: Record<string, unknown>) => Array.isArray(streamers) && streamers.some((entry: { viewers: number }) => entry.viewers === count);

/** Everything that a page is told of the list from now on, and of signaling. */
function news(page: Page): { empty: number; down: number } {
  const heard = { empty: 0, down: 0 };
  page.socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    if (Array.isArray(message['streamers']) && message['streamers'].length === 0) heard.empty++;
    if (message['signaling'] === 'down') heard.down++;
  });
  return heard;
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work;
  return { result, ms: performance.now() - begun };
}

describe.each([
  { what: 'one directory, in a Redis', shared: true },
  { what: 'directories of their own', shared: false },
])('two daemons with $what', ({ shared }) => {
  let redis: RedisServer | undefined;
  let pair: Pair;

  beforeAll(async () => {
    redis = shared ? await RedisServer.start() : undefined;
  });
  afterAll(() => redis?.remove());
  beforeEach(async () => {
    await redis?.command('FLUSHALL');
    pair = new Pair(redis ? () => redis?.url ?? '' : (folder, daemon) => join(folder, `directory-${daemon}.xml`));
    await pair.start();
  });
  afterEach(() => pair.stop());

  it('the first is killed: the list stays, new calls come about, calls that were made are hung up, and nothing says that signaling is down', async () => {
    const viewer = new Client(pair.url, 'Ana');
    const page = await (await viewer.register()).page();
    await page.next(lists('sample'));
    expect((await viewer.watch('sample', offerOf('chromium'))).status).toBe(200);
    await page.next(watchedBy(1));
    const heard = news(page);
    const linesBefore = pair.front.child.log.lines.length;
    await pair.killDaemon(0);
    const newcomer = new Client(pair.url, 'Berta');
    let status = 0;
    const called = await timed(
      (async () => {
        // A daemon with a directory of its own knows the streamer as soon as that has registered there.
        for (let attempt = 0; status !== 200 && attempt < 100; attempt++) ({ status } = await newcomer.watch('sample', offerOf('chromium')));
      })(),
    );
    expect(status).toBe(200);
    expect(called.ms).toBeLessThan(NOTICED_MS);
    expect(await pair.ready()).toBe(true);
    if (shared) {
      // One call began by way of the dead daemon; its BYE goes by way of the other, and ends it in the directory that both share.
      await page.next(watchedBy(2));
      await Promise.all([viewer, newcomer].map((each) => each.post('/leave')));
      await page.next(watchedBy(0));
    }
    expect(heard.down).toBe(0);
    if (shared) expect(heard.empty).toBe(0);
    await pair.front.child.log.waitFor(({ record }) => record?.msg.endsWith('does not answer; others are asked in its place') === true);
    const said = pair.front.child.log.lines.slice(linesBefore).map(({ record }) => record?.msg ?? '');
    expect(said.filter((line) => line.startsWith('signaling does not answer'))).toEqual([]);
    await page.close();
  });

  it('the second has the list within seconds of the death of the first, and tells of changes', async () => {
    const viewer = new Client(pair.url, 'Cleo');
    const page = await (await viewer.register()).page();
    await page.next(lists('sample'));
    await pair.killDaemon(0);
    await pair.streamer.child.log.waitFor(({ record }) => record?.msg.endsWith('others are asked in its place') === true);
    const list = pair.daemons[1]?.addresses['sip'] ?? '';
    const another = await startService('streamer', ['test', list, '--source', 'test', '--name', 'another', '--workers', '0'], { cwd: pair.folder.path, env: { SIPCAST_SECRET: SECRET } });
    try {
      await page.next((message) => lists('another')(message) && lists('sample')(message));
    } finally {
      await another.child.end();
    }
    await page.close();
  });

  it('the first comes back, the second dies, and calls are made by way of the first again', async () => {
    await pair.killDaemon(0);
    await pair.front.child.log.waitFor(({ record }) => record?.msg.endsWith('others are asked in its place') === true);
    await pair.startDaemon(0);
    for (const { child } of [pair.front, pair.streamer]) await child.log.waitFor(({ record }) => record?.msg.endsWith('answers again') === true);
    await pair.killDaemon(1);
    let status = 0;
    for (let attempt = 0; status !== 200 && attempt < 100; attempt++) ({ status } = await new Client(pair.url, `Dora ${attempt}`).watch('sample', offerOf('firefox')));
    expect(status).toBe(200);
  });
});

describe('a list of daemons that is none', () => {
  it.each([
    ['front', ['0', '127.0.0.1:5060,,127.0.0.1:5061'], "signalingHost is '127.0.0.1:5060,,127.0.0.1:5061': there is a comma too many"],
    ['streamer', ['test', '127.0.0.1:5060,127.0.0.1:70000', '--source', 'test'], '"127.0.0.1:70000" among them: expected a port from 1 to 65535'],
    ['streamer', ['--rooms', 'a,a'], 'with --rooms the arguments are host and port alone: a is named twice'],
  ] as const)('%s %j', async (service, args, sentence) => {
    const child = spawnService(service, args);
    expect((await child.exited).code).toBe(2);
    const said = child.log.lines.filter(({ stream }) => stream === 'stderr');
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toContain(sentence);
  });
});
