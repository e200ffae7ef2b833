import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SHUTDOWN_LIMIT_MS } from '../../shared/cli/lifecycle.ts';
import { dist, repository, scratchFolder } from '../support/paths.ts';
import { findTool, lacks } from '../support/tools/system-tools.ts';

const OPERATIONS = join(repository, 'docs', 'operations');
const EXAMPLE = join(OPERATIONS, 'sipcast.example.yaml');
const UNITS = join(OPERATIONS, 'systemd');
const COMMAND = '/usr/local/bin/sipcast';

const folder = scratchFolder('operations');
afterAll(folder.remove);

function sipcast(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(dist, 'shared/launcher/sipcast.js'), ...args], { cwd: folder.path, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
  });
}

describe('the example of a file of settings', () => {
  it.each([
    [['signaling'], { directory: 'data/directory.xml', 'rate-limit': '100', host: '192.0.2.1', 'log-format': 'json' }],
    [['front'], { 'http-port': '8443', guests: 'yes', 'image-sources': '"https:,data:"', 'signaling-host': '192.0.2.1' }],
    [['streamer'], { title: 'A film', renditions: '720p,360p', 'keep-running': 'false', host: '192.0.2.7' }],
    [['streamer', '--rooms'], { 'max-members': '200', 'metrics-port': '9462', rooms: 'true' }],
  ])('is read by %j, which prints what holds and no secret', async (command, expected) => {
    const { code, stdout, stderr } = await sipcast([...command, '--config', EXAMPLE, '--print-config']);
    expect([code, stderr]).toEqual([0, '']);
    for (const [key, value] of Object.entries(expected)) expect(stdout).toMatch(new RegExp(`^${key}: ${value} {2}# (\\S+sipcast\\.example\\.yaml:\\d+|command line)$`, 'm'));
    expect(stdout).not.toMatch(/change-me|user:password/);
  });
});

describe('a file of settings', () => {
  it('that is wrong or missing ends a service with one line, which names file and key, and status 2', async () => {
    const file = join(folder.path, 'wrong.yaml');
    writeFileSync(file, 'front:\n  http-prot: 1\n');
    expect(await sipcast(['front'], { SIPCAST_CONFIG: file })).toEqual({ code: 2, stdout: '', stderr: `front: ${file}: front.http-prot is no setting of front (see front --help)\n` });
    const missing = join(folder.path, 'missing.yaml');
    expect(await sipcast(['signaling', '--config', missing])).toMatchObject({ code: 2, stderr: `signaling: the settings in ${missing} cannot be read: there is no such file (see signaling --help)\n` });
  });

  it('that would have all services share what one alone can have is refused by the launcher', async () => {
    const file = join(folder.path, 'shared.yaml');
    writeFileSync(file, 'metrics-port: 9460\n');
    const { code, stderr } = await sipcast(['start', '--config', file]);
    expect([code, stderr]).toEqual([2, `sipcast: ${file}: metrics-port would be the same for all services: put it under the one that it is for\n`]);
  });
});

describe('the units for systemd', () => {
  const units = readdirSync(UNITS).filter((name) => name.endsWith('.service'));
  const textOf = (unit: string) => readFileSync(join(UNITS, unit), 'utf8').replaceAll('%i', 'film');

  it.each(units)('%s starts what there is, and gives it the time to end', async (unit) => {
    const [, line = ''] = new RegExp(`^ExecStart=${COMMAND} (.*)$`, 'm').exec(textOf(unit)) ?? [];
    const { code, stdout } = await sipcast([...line.split(' '), '--print-config']);
    expect(code).toBe(0);
    const drain = Number(/^drain: (\d+) {2}# command line$/m.exec(stdout)?.[1]);
    const limit = Number(/^TimeoutStopSec=(\d+)$/m.exec(textOf(unit))?.[1]);
    expect(limit).toBeGreaterThan(drain + SHUTDOWN_LIMIT_MS / 1000);
  });

  it.skipIf(lacks('systemd-analyze'))('are what systemd accepts without a word', () => {
    const copies = join(folder.path, 'units');
    mkdirSync(copies);
    for (const unit of units) writeFileSync(join(copies, unit.replace('@', '@film')), textOf(unit).replace(COMMAND, '/bin/true'));
    const { status, stdout, stderr } = spawnSync(findTool('systemd-analyze') ?? '', ['verify', '--man=no', ...readdirSync(copies).map((name) => join(copies, name))], { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });
});
