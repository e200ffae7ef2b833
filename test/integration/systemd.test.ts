import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SHUTDOWN_LIMIT_MS } from '../../shared/cli/lifecycle.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { runSipcast } from '../support/processes/sipcast.ts';
import { findTool, lacks } from '../support/tools/system-tools.ts';

const UNITS = join(repository, 'docs', 'operations', 'systemd');
const COMMAND = '/usr/local/bin/sipcast';

const folder = scratchFolder('systemd');
afterAll(folder.remove);

describe('the units for systemd', () => {
  const units = readdirSync(UNITS).filter((name) => name.endsWith('.service'));
  const textOf = (unit: string) => readFileSync(join(UNITS, unit), 'utf8').replaceAll('%i', 'film');

  it.each(units)('%s starts what there is, and gives it the time to end', async (unit) => {
    const [, line = ''] = new RegExp(`^ExecStart=${COMMAND} (.*)$`, 'm').exec(textOf(unit)) ?? [];
    const { code, stdout } = await runSipcast([...line.split(' '), '--print-config'], { cwd: folder.path });
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
