import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyMessage } from '../../shared/cli/lifecycle.ts';
import { packageVersion } from '../../shared/cli/version.ts';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { installPackage } from '../support/package/installed.ts';
import type { Installed } from '../support/package/installed.ts';
import { repository } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';

const COMMANDS = ['start', 'signaling', 'front', 'streamer', 'doctor'];
const EXAMPLES = join(repository, 'docs', 'library');

const execute = promisify(execFile);
const children: Child[] = [];
let installed: Installed;
beforeAll(() => {
  installed = installPackage();
});
afterAll(async () => {
  for (const child of children) await child.end('SIGKILL');
  installed.remove();
});

function spawn(...args: string[]): Child {
  const child = new Child(process.execPath, [installed.bin('sipcast'), ...args], { name: `sipcast ${args.join(' ')}`, cwd: installed.folder, env: { SIPCAST_LOG_FORMAT: 'json' } });
  children.push(child);
  return child;
}

const run = async (...args: string[]): Promise<{ code: number | null; text: string }> => {
  const child = spawn(...args);
  const { code } = await child.exited;
  return { code, text: child.log.toString() };
};

const isReady = (message: unknown): message is ReadyMessage => typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

describe('the package in an empty folder', () => {
  it('has one command for all, which lists the others', async () => {
    const { code, text } = await run('--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(text).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(await run('--version')).toEqual({ code: 0, text: packageVersion() });
  });

  it('ends with one line and status 2 for a command that there is not, or an argument that it does not know', async () => {
    const [wrong, ...refused] = await Promise.all([run('strat'), ...COMMANDS.map((command) => run(command, '--no-such-option'))]);
    expect(wrong).toEqual({ code: 2, text: expect.stringMatching(/^sipcast: there is no command 'strat': expected one of start, signaling/) as string });
    for (const [index, { code, text }] of refused.entries()) {
      expect.soft(code, text).toBe(2);
      expect.soft(text.split('\n')).toHaveLength(1);
      expect.soft(text).toContain(`${COMMANDS[index] ?? ''} --help)`);
    }
  });

  it('has each service also by its own name', async () => {
    for (const service of ['signaling', 'front', 'streamer']) {
      const { stdout } = await execute(process.execPath, [installed.bin(service), '--version']);
      expect(stdout.trim()).toBe(packageVersion());
    }
  });

  it('starts everything there, with the settings of a file, and ends it', async () => {
    const config = join(installed.folder, 'sipcast.yaml');
    writeFileSync(config, 'log-level: info\nsignaling:\n  port: 0\n  directory: kept.xml\nfront:\n  http-port: 0\n  database: kept.db\nstreamer:\n  name: film\n  title: A film\nrooms:\n  max-members: 7\n');
    const child = spawn('start', '--config', config);
    const { addresses } = await child.message(isReady);
    const page = await fetch(addresses['open'] ?? '');
    expect(await page.text()).toContain('<title>');
    await child.log.waitFor(({ text }) => text.includes('registered as sip:film@'));
    await child.log.waitFor(({ text }) => text.includes('hosted for up to 7 members'));
    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(readdirSync(installed.folder)).toEqual(expect.arrayContaining(['kept.xml', 'kept.db']));
  });
});

describe('the library', () => {
  beforeAll(() => {
    const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));
    for (const name of examples) copyFileSync(join(EXAMPLES, name), join(installed.folder, name));
    writeFileSync(join(installed.folder, 'package.json'), '{"type":"module"}');
    // The compiler complains where such a line is right.
    writeFileSync(join(installed.folder, 'wrong.ts'), `import { Agent } from 'sipcast/sip';\n// @ts-expect-error an agent has no such method\nexport const call = (agent: Agent) => agent.telephone();\n`);
    installed.compile(...examples, 'wrong.ts');
  });

  const example = (name: string, ...args: string[]) => execute(process.execPath, [join(installed.folder, 'out', `${name}.js`), ...args]);

  /** The names that this daemon shall know. */
  async function register(port: number): Promise<Agent> {
    const agent = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
    const uri = `sip:lamp@127.0.0.1:${port}`;
    const headers = { Contact: `<sip:lamp@127.0.0.1:${agent.local.port}>` };
    const request = agent.createRequest('REGISTER', `sip:127.0.0.1:${port}`, { from: uri, to: uri, headers, body: '{"title":"A lamp"}', contentType: 'application/json' });
    expect((await agent.request(request)).status).toBe(200);
    return agent;
  }

  it('compiles with its types, and the example of sipcast/sip lists what a daemon knows', async () => {
    const signaling = spawn('signaling', '0', '--directory', join(installed.folder, 'example.xml'));
    const { addresses } = await signaling.message(isReady);
    const port = Number(addresses['sip']?.split(':').at(-1));
    const lamp = await register(port);
    const { stdout } = await example('list-streamers', '127.0.0.1', String(port));
    expect(stdout).toBe(`200 OK from sipcast-signaling/${packageVersion()}\nlamp: A lamp, 0 watch\n`);
    await lamp.close();
    await signaling.end();
  });

  it('has an example of sipcast/whip, which takes an offer, its candidates and its end', async () => {
    const { stdout } = await example('whip-endpoint');
    expect(stdout.trim().split('\n')).toEqual(['garden is offered', '201 <stun:stun.example.org>; rel="ice-server"', '1 section has candidates', '204', 'garden is over', '200 404']);
  });

  it('shows no more than what it is meant to be', async () => {
    const inner = join(installed.folder, 'inner.mjs');
    writeFileSync(inner, "await import('sipcast/dist/front/front.js');\n");
    await expect(execute(process.execPath, [inner])).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
