import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { repository, scratchFolder } from '../support/paths.ts';
import { runSipcast } from '../support/processes/sipcast.ts';

const EXAMPLE = join(repository, 'docs', 'operations', 'sipcast.example.yaml');

const folder = scratchFolder('settings');
afterAll(folder.remove);

const sipcast = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => runSipcast(args, { cwd: folder.path, env });

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
