/** What the containers run, as the files say it, on this machine: whoever has an engine gets the same processes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../../shared/launcher/free-port.ts';
import { dockerfileLines, healthCheck, imageEnvironment, imageUser, readCompose } from '../support/containers/compose.ts';
import { Client } from '../support/front/client.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceName, ServiceProcess } from '../support/processes/service.ts';

const run = promisify(execFile);
/** Where ports that nobody needs are looked for. */
const FIRST_PORT = 21_000;

describe('compose.yaml and the Dockerfile', () => {
  const data = scratchFolder('containers');
  const started: ServiceProcess[] = [];
  afterAll(async () => {
    for (const { child } of started.reverse()) await child.end();
    data.remove();
  });

  async function freePorts(): Promise<Record<string, string>> {
    const names = { SIPCAST_SIGNALING_PORT: 'udp', SIPCAST_HTTP_PORT: 'tcp', SIPCAST_SIGNALING_METRICS_PORT: 'tcp', SIPCAST_STREAMER_METRICS_PORT: 'tcp', SIPCAST_ROOMS_METRICS_PORT: 'tcp', SIPCAST_INGEST_METRICS_PORT: 'tcp', SIPCAST_FRONT_METRICS_PORT: 'tcp' } as const;
    const ports: Record<string, string> = {};
    let next = FIRST_PORT + (process.pid % 10_000);
    for (const [name, protocol] of Object.entries(names)) {
      const port = await freePort(protocol, '127.0.0.1', next);
      ports[name] = String(port);
      next = port + 1;
    }
    return ports;
  }

  it('start a system in which one can watch and meet, each service healthy, and end it cleanly (seed 0.20)', async () => {
    const ports = await freePorts();
    const image = Object.fromEntries(Object.entries(imageEnvironment()).map(([name, value]) => [name, value.replace(/^\/data\b/, data.path)]));
    const services = readCompose(ports);
    expect([...services.keys()].sort()).toEqual(['front', 'ingest', 'rooms', 'signaling', 'streamer']);
    const [check, ...words] = healthCheck();
    for (const [, { command: [service, ...args], environment }] of services) {
      const process = await startService(service as ServiceName, args, { env: { ...image, ...environment } });
      started.push(process);
      // Whoever is in no list is not ready.
      if (service === 'streamer') await process.child.log.waitFor(({ text }) => text.includes('registered as'));
    }
    for (const { environment } of services.values()) await run(check, words, { env: { ...process.env, ...image, ...environment } });
    const viewer = await new Client(`http://127.0.0.1:${ports['SIPCAST_HTTP_PORT'] ?? ''}`, 'ana').register();
    const page = await viewer.page();
    const { streamers } = (await page.nextOfType('streamers')) as unknown as { streamers: { name: string }[] };
    expect(streamers.map(({ name }) => name)).toEqual(['sample']);
    await page.close();
    for (const { child } of started.splice(0).reverse()) expect(await child.end()).toEqual({ code: 0, signal: null });
  });

  it('say that a service is ill when it does not answer', async () => {
    const [check, ...words] = healthCheck();
    const nobody = String(await freePort('tcp', '127.0.0.1', FIRST_PORT));
    await expect(run(check, words, { env: { ...process.env, SIPCAST_METRICS_PORT: nobody } })).rejects.toMatchObject({ code: 1 });
  });

  it('break none of hadolint’s rules that can be seen in the text of the Dockerfile', () => {
    const lines = dockerfileLines();
    const of = (instruction: string) => lines.filter((line) => line.startsWith(`${instruction} `));
    for (const from of of('FROM')) expect(from, 'DL3006, DL3007').toMatch(/^FROM [\w./-]+:(?!latest\b)[\w.-]+( AS \w+)?$/);
    for (const run of of('RUN').filter((line) => line.includes('apt-get install'))) {
      expect(run, 'DL3014, DL3015').toMatch(/apt-get install (?=.*-y)(?=.*--no-install-recommends)/);
      expect(run, 'DL3009').toContain('rm -rf /var/lib/apt/lists/*');
    }
    for (const run of of('RUN')) expect(run, 'DL3003, DL3004, DL3027').not.toMatch(/(^|[ ;&])(sudo|apt|cd) /);
    for (const folder of of('WORKDIR')) expect(folder, 'DL3000').toMatch(/^WORKDIR \//);
    expect(of('ADD'), 'DL3020').toEqual([]);
    expect(of('MAINTAINER'), 'DL4000').toEqual([]);
    for (const command of of('CMD')) expect(command, 'DL3025').toMatch(/^CMD \[".*"\]$/);
    expect([of('CMD').length, of('ENTRYPOINT').length, of('HEALTHCHECK').length], 'DL4003, DL4004, DL3012').toEqual([1, 0, 1]);
  });

  it('run as nobody in particular, and keep what must last in the volume', () => {
    expect(imageUser()).toBe('node');
    const kept = ['SIPCAST_DIRECTORY', 'SIPCAST_DATABASE', 'SIPCAST_CACHE'].map((name) => imageEnvironment()[name]);
    for (const path of kept) expect(path).toMatch(/^\/data\//);
  });
});
