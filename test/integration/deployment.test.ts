/** What the manifests and compose.scale.yaml start: every command with every option, and the whole of the latter as processes on this machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageEnvironment, readCompose } from '../support/containers/compose.ts';
import { processOf, readManifests } from '../support/containers/manifests.ts';
import { PostgresServer } from '../support/engines/postgres.ts';
import { Client } from '../support/front/client.ts';
import { freeTcpPort } from '../support/network/tcp-ports.ts';
import { freeUdpPorts } from '../support/network/udp-ports.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceName, ServiceProcess } from '../support/processes/service.ts';
import { runSipcast } from '../support/processes/sipcast.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { lacks, toolPath } from '../support/tools/system-tools.ts';

const SECRETS = { secret: 'a-secret', 'redis-url': 'redis://:password@redis:6379', 'database-url': 'postgres://sipcast:password@postgres/sipcast', 'redis-password': 'password', 'postgres-password': 'password' };
const FIELDS = { 'status.podIP': '10.1.2.3', 'status.hostIP': '10.0.0.7', 'metadata.name': 'pod-0' };
const COMPOSE_SECRETS = { SIPCAST_SECRET: 'a-secret', REDIS_PASSWORD: 'of-redis', POSTGRES_PASSWORD: 'of-postgres' };

const folder = scratchFolder('deployment');
afterAll(folder.remove);

interface Started {
  readonly title: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const manifests = readManifests();
const inPods: Started[] = manifests.flatMap(({ file, spec }) =>
  (spec?.template?.spec.containers ?? []).filter(({ image }) => image === 'sipcast').map((container) => ({ title: `kubernetes/${file}`, ...processOf(container, manifests, SECRETS, FIELDS) })),
);
const composed: Started[] = [...readCompose(COMPOSE_SECRETS, 'compose.scale.yaml')].filter(([, { image }]) => image === 'sipcast').map(([name, { command, environment }]) => ({ title: `compose.scale.yaml: ${name}`, args: command, environment }));

describe('every option that is set', () => {
  it.each([...inPods, ...composed])('is one of the command’s: $title', async ({ args, environment }) => {
    const { code, stdout, stderr } = await runSipcast([...args, '--print-config'], { cwd: folder.path, env: { ...imageEnvironment(), ...environment } });
    expect([code, stderr]).toEqual([0, '']);
    // What is set for a service that has no such option would be passed over in silence.
    const taken = new Set([...stdout.matchAll(/ {2}# (SIPCAST_\w+)$/gm)].map(([, name]) => name));
    const flags = new Set(args.filter((word) => word.startsWith('--')).map((flag) => `SIPCAST_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`));
    expect(Object.keys(environment).filter((name) => name.startsWith('SIPCAST_') && !taken.has(name) && !flags.has(name))).toEqual([]);
  });
});

describe.skipIf(lacks('redis-server', 'postgres', 'nginx'))('compose.scale.yaml', () => {
  const services = new Map<string, ServiceProcess>();
  const others: Child[] = [];
  let postgres: PostgresServer;
  let url = '';

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    const variables: Record<string, string> = { ...COMPOSE_SECRETS, POSTGRES_PASSWORD: encodeURIComponent(postgres.password), POSTGRES_ADDRESS: `127.0.0.1:${postgres.port}` };
    await postgres.query('CREATE DATABASE sipcast');
    const text = readFileSync(join(repository, 'compose.scale.yaml'), 'utf8');
    const udp = await freeUdpPorts(3);
    for (const [, name = ''] of text.matchAll(/\$\{(\w+_PORT):-/g)) variables[name] ??= String(/SIGNALING_\d_PORT/.test(name) ? udp.pop() : await freeTcpPort());
    variables['REDIS_ADDRESS'] = `127.0.0.1:${variables['REDIS_PORT'] ?? ''}`;
    variables['SIPCAST_LISTEN'] = `127.0.0.1:${await freeTcpPort()}`;
    url = `http://${variables['SIPCAST_LISTEN']}`;
    for (const [name, { image, command, environment }] of readCompose(variables, 'compose.scale.yaml')) {
      if (image === 'sipcast') services.set(name, await startService(command[0] as ServiceName, command.slice(1), { env: { ...imageEnvironment(), SIPCAST_CACHE: join(folder.path, 'cache'), ...environment } }));
      else if (name === 'redis') others.push(await startRedis(command, environment));
      else if (name === 'nginx') others.push(await startNginx(environment, url));
    }
  });
  afterAll(async () => {
    for (const { child } of services.values()) child.killNow();
    for (const child of others) await child.end();
    await postgres.remove();
  });

  it('shows one name for three relays, by whichever front, and a viewer gets his answer', { timeout: 120_000 }, async () => {
    for (let visit = 0; visit < 4; visit += 1) {
      const viewer = await new Client(url, `viewer ${visit}`).register();
      const page = await viewer.page();
      const listed = await page.next(({ type, streamers }) => type === 'streamers' && ['origin', 'show'].every((name) => (streamers as { name: string }[]).some((each) => each.name === name)));
      expect((listed['streamers'] as { name: string }[]).map(({ name }) => name).sort()).toEqual(['origin', 'show']);
      const { status, body } = await viewer.watch('show', offerOf('chromium'));
      expect([status, body['type']]).toEqual([200, 'answer']);
      await page.close();
    }
  });

  it('goes on without a daemon, and without a front', { timeout: 120_000 }, async () => {
    for (const name of ['signaling-1', 'front-1']) await services.get(name)?.child.end('SIGKILL');
    for (let visit = 0; visit < 3; visit += 1) {
      const { status, body } = await new Client(url, `later ${visit}`).watch('show', offerOf('firefox'));
      expect([status, body['type']]).toEqual([200, 'answer']);
    }
  });
});

/** As the image would, with its files here. */
async function startRedis([command, ...args]: readonly [string, ...string[]], environment: Readonly<Record<string, string>>): Promise<Child> {
  const data = join(folder.path, 'redis');
  mkdirSync(data);
  const child = new Child(command, args, { name: 'redis', cwd: data, env: environment });
  await child.log.waitFor(({ text }) => text.includes('eady to accept connections'));
  return child;
}

/** With the site that the image would have in conf.d/, its variables put in. */
async function startNginx(environment: Readonly<Record<string, string>>, url: string): Promise<Child> {
  const site = readFileSync(join(repository, 'docs/operations/nginx.conf'), 'utf8').replaceAll(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '');
  const file = join(folder.path, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder.path}/${name};`).join(' ');
  writeFileSync(file, `pid ${folder.path}/nginx.pid; error_log stderr warn; daemon off; master_process off; events {}\nhttp { access_log off; ${temporary}\n${site}}\n`);
  const child = new Child(toolPath('nginx'), ['-e', 'stderr', '-p', folder.path, '-c', file], { name: 'nginx' });
  // It says nothing when it is ready.
  for (;;) {
    if (child.hasExited) throw new Error(`nginx ended: ${child.log.lines.map(({ text }) => text).join('\n')}`);
    if (await fetch(`${url}/healthz`).then(() => true, () => false)) return child;
  }
}
