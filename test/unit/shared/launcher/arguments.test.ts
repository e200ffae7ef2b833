import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { commonOptions } from '../../../../shared/cli/common.ts';
import type { CommonSettings } from '../../../../shared/cli/common.ts';
import { readSettings } from '../../../../shared/cli/settings.ts';
import { commonArguments, environmentFor, fileToPlay, ownFile } from '../../../../shared/launcher/arguments.ts';

const folder = mkdtempSync(join(tmpdir(), 'sipcast-launcher-'));
const config = join(folder, 'sipcast.yaml');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

function read(argv: string[], text?: string, env: NodeJS.ProcessEnv = {}) {
  const line = { name: 'sipcast start', description: '', version: '1', parameters: commonOptions('sipcast') };
  if (text !== undefined) writeFileSync(config, text);
  return readSettings(line, text === undefined ? argv : [...argv, '--config', config], env);
}

const common = (...given: Parameters<typeof read>) => {
  const settings = read(...given);
  return commonArguments(settings.values as CommonSettings, settings);
};

describe('what the launcher hands on', () => {
  it('is what its own command line says, and the file: the rest is found where it found it', () => {
    expect(common(['--host', '::1', '--drain', '2.5'], 'log-level: warn\n', { SIPCAST_LOG_FORMAT: 'json' })).toEqual(['--host', '::1', '--drain', '2.5', '--config', config]);
    expect(common([])).toEqual([]);
  });

  it.each(['name: x', 'udp-port: 1', 'advertise: x', 'capture: x', 'metrics-port: 1'])('is nothing that services cannot share: %s', (text) => {
    expect(() => common([], `${text}\n`)).toThrow(/would be the same for all services/);
    expect(common([], `front:\n  ${text}\n`)).toEqual(['--config', config]);
  });

  it('is the secret in the environment, and of that nothing which is for one service alone', () => {
    vi.stubEnv('SIPCAST_UDP_PORT', '7');
    vi.stubEnv('SIPCAST_HTTP_PORT', '8');
    vi.stubEnv('SIPCAST_TLS', 'self-signed');
    expect(environmentFor('hush')).toMatchObject({ SIPCAST_SECRET: 'hush', SIPCAST_TLS: 'self-signed' });
    expect(environmentFor(undefined)).not.toHaveProperty('SIPCAST_UDP_PORT');
    expect(environmentFor(undefined)).not.toHaveProperty('SIPCAST_HTTP_PORT');
  });

  it('is the sample clip unless the file names another film', () => {
    expect(fileToPlay(undefined)).toMatch(/data\/sample\.webm$/);
    expect(fileToPlay(read([], 'streamer:\n  file: film.mkv\n').file)).toBe('film.mkv');
  });

  it('is a file of its own for a second system, unless the operator has chosen one', () => {
    expect(ownFile(read([]), 'front', 'database', 'data/two.db')).toEqual(['--database', 'data/two.db']);
    expect(ownFile(read([], 'front:\n  database: mine.db\n'), 'front', 'database', 'data/two.db')).toEqual([]);
    vi.stubEnv('SIPCAST_DATABASE', 'mine.db');
    expect(ownFile(read([]), 'front', 'database', 'data/two.db')).toEqual([]);
  });
});
