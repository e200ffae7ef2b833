import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TextRequested } from '../../../../shared/cli/command-line.ts';
import { commonOptions, udpPortOption } from '../../../../shared/cli/common.ts';
import { argument, flag, option } from '../../../../shared/cli/parameter.ts';
import { oneOf, parseHost, parseList, parsePort, parseText, secondsBetween } from '../../../../shared/cli/parsers.ts';
import { readSettings } from '../../../../shared/cli/settings.ts';
import type { ServiceLine } from '../../../../shared/cli/settings.ts';
import { UsageError } from '../../../../shared/cli/usage-error.ts';

const line: ServiceLine = {
  name: 'streamer',
  section: 'streamer',
  sectionOf: { rooms: 'rooms' },
  description: 'plays',
  version: '1.2.3',
  parameters: [
    argument('httpPort', { description: 'port', parse: parsePort, default: 8000 }),
    argument('signalingHost', { description: 'host', parse: parseHost, default: '127.0.0.1' }),
    option('title', { description: 'title', parse: parseText }),
    option('retention', { description: 'seconds', parse: secondsBetween(0, 60), default: 5000 }),
    option('sources', { description: 'list', parse: parseList }),
    option('guests', { description: 'yes or no', parse: oneOf(['yes', 'no']), default: 'yes' }),
    flag('rooms', { description: 'rooms' }),
    flag('verbose', { description: 'more' }),
    udpPortOption,
    ...commonOptions('streamer'),
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'sipcast-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, mode = 0o600): string {
  const path = join(folder, 'sipcast.yaml');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const read = (text: string, argv: string[] = [], env: NodeJS.ProcessEnv = {}) => readSettings(line, ['--config', file(text), ...argv], env);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

function printed(argv: string[], env: NodeJS.ProcessEnv = {}): string {
  try {
    readSettings(line, [...argv, '--print-config'], env);
  } catch (error) {
    if (error instanceof TextRequested) return error.text;
    throw error;
  }
  throw new Error('nothing was printed');
}

describe('a file of settings', () => {
  it('holds numbers, booleans, texts and lists as YAML has them', () => {
    const { values } = read('http-port: 81\nretention: 1.5\nverbose: true\nguests: false\ntitle: "true"\nsources: ["https:", "data:"]\nsecret: 0123\nlog-level: warn\n');
    expect(values).toMatchObject({ httpPort: 81, retention: 1500, verbose: true, guests: 'no', title: 'true', sources: ['https:', 'data:'], secret: '0123', logLevel: 'warn' });
  });

  it('goes before the defaults, after the environment, and that after the command line', () => {
    const text = 'udp-port: 1\nhttp-port: 1\nretention: 1\nverbose: true\n';
    const { values, layerOf } = read(text, ['--udp-port', '3', '--no-verbose'], { SIPCAST_UDP_PORT: '2', SIPCAST_HTTP_PORT: '2' });
    expect(values).toMatchObject({ udpPort: 3, httpPort: 2, retention: 1000, verbose: false, logLevel: 'info' });
    expect(['udpPort', 'httpPort', 'retention', 'logLevel'].map(layerOf)).toEqual(['command line', 'environment', 'file', 'default']);
  });

  it('may be named by the environment', () => {
    expect(readSettings(line, [], { SIPCAST_CONFIG: file('title: A film') }).values).toMatchObject({ title: 'A film' });
  });

  it('has a part for each service, which goes before what is for all', () => {
    const text = 'title: all\nlog-level: warn\nstreamer:\n  title: streamer\nrooms:\n  title: rooms\nfront:\n  anything: is front\'s\nsignaling:\n';
    expect(read(text).values).toMatchObject({ title: 'streamer', logLevel: 'warn' });
    expect(read(text, ['--rooms']).values).toMatchObject({ title: 'rooms', logLevel: 'warn' });
    expect(read('', ['--rooms']).values).toMatchObject({ title: undefined });
  });

  it('repeats a value by YAML\'s aliases', () => {
    expect(read('host: &here 192.0.2.1\nsignaling-host: *here\n').values).toMatchObject({ host: '192.0.2.1', signalingHost: '192.0.2.1' });
  });

  it.each([
    ['titel: x', /sipcast\.yaml: titel is no setting of streamer; what is for another service/],
    ['streamer:\n  titel: x', /sipcast\.yaml: streamer\.titel is no setting of streamer$/],
    ['streamers:\n  title: x', /sipcast\.yaml: streamers is no part of the file: there are signaling, front, streamer/],
    ['streamer: 5', /sipcast\.yaml: streamer is a part of the file/],
    ['print-config: true', /print-config is no setting/],
    ['http-port: http', /sipcast\.yaml: http-port is 'http': expected a whole number from 0 to 65535/],
    ['streamer:\n  http-port: 70000', /sipcast\.yaml: streamer\.http-port is '70000': expected a whole number/],
    ['http-port: 0x10', /sipcast\.yaml: http-port is '0x10'/],
    ['http-port: [1, 2]', /sipcast\.yaml: http-port: expected one value, not a list/],
    ['streamer:\n  title: { a: b }', /sipcast\.yaml: streamer\.title: expected a value, not further settings/],
    ['sources: [[a]]', /sipcast\.yaml: sources: expected a list of single values/],
    ['title: true', /sipcast\.yaml: title: expected a text or a number: put "true" in quotes/],
    ['title:', /sipcast\.yaml: title: has no value/],
    ['verbose: perhaps', /sipcast\.yaml: verbose is 'perhaps': expected true or false/],
    ['log-level: loud', /sipcast\.yaml: log-level is 'loud': expected one of debug/],
    ['title: a\ntitle: b', /sipcast\.yaml is no YAML: .*line 2/],
    ['title: "a', /sipcast\.yaml is no YAML: .*line 1/],
    ['- title', /sipcast\.yaml: expected settings/],
    ['secret: ""', /sipcast\.yaml: secret cannot be read: expected some text/],
  ])('that says %j is refused in one line which names the file and the key', (text, expected) => {
    expect(refusal(() => read(text))).toMatch(expected);
  });

  it('must be there, and be a file', () => {
    expect(refusal(() => readSettings(line, ['--config', join(folder, 'missing.yaml')], {}))).toMatch(/missing\.yaml cannot be read: there is no such file$/);
    expect(refusal(() => readSettings(line, ['--config', folder], {}))).toMatch(/cannot be read: it is a folder$/);
  });

  it.skipIf(process.platform === 'win32')('with a secret that every user can read makes a warning, which does not repeat it', () => {
    const warningsOf = (text: string, mode: number) => readSettings(line, ['--config', file(text, mode)], {}).warnings;
    expect(warningsOf('secret: hush', 0o644)).toEqual([expect.stringMatching(/can read secret in .*sipcast\.yaml: chmod o= /)]);
    expect(warningsOf('secret: hush', 0o644).join('')).not.toContain('hush');
    expect(warningsOf('secret: hush', 0o640)).toEqual([]);
    expect(warningsOf('title: A film', 0o644)).toEqual([]);
  });
});

describe('--print-config', () => {
  it('says what holds, where each is from, and no secret', () => {
    const path = file('title: "a: b"\nstreamer:\n  secret: hush\n  retention: 1.50\n');
    const text = printed(['--config', path, '--udp-port', '7'], { SIPCAST_HTTP_PORT: '81' });
    expect(text).toContain('# streamer 1.2.3\n');
    expect(text).toContain(`\ntitle: "a: b"  # ${path}:1\n`);
    expect(text).toContain(`\nretention: 1.50  # ${path}:4\n`);
    expect(text).toContain('\nudp-port: 7  # command line\n');
    expect(text).toContain('\nhttp-port: 81  # SIPCAST_HTTP_PORT\n');
    expect(text).toContain('\nlog-level: info  # default\n');
    expect(text).toContain('\n# capture:  # not set\n');
    expect(text).toContain(`\n# secret: (not shown)  # ${path}:3\n`);
    expect(text).not.toContain('hush');
  });

  it('prints a file of settings that says the same', () => {
    const argv = ['--title', '# 0123: "on" ', '--retention', '2.5', '--sources', 'https:,data:', '--rooms', '--guests', 'no', '90', '::1'];
    const { values } = readSettings(line, argv, {});
    expect(read(printed(argv)).values).toEqual(values);
  });
});
