import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namesOfThisMachine, SelfSigned } from '../../../../front/tls/self-signed.ts';
import { TlsError } from '../../../../front/tls/tls-source.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { Logger } from '../../../../shared/log/logger.ts';
import { scratchFolder } from '../../../support/paths.ts';

const DAY_MS = 24 * 3_600_000;
const NAMES = ['localhost', '127.0.0.1', '::1', 'studio.example', '192.0.2.7', '2001:db8::7'];

let folder: ReturnType<typeof scratchFolder>;
let file: string;
let now: number;
let lines: string[];

beforeEach(() => {
  folder = scratchFolder('tls');
  file = join(folder.path, 'tls', 'self-signed.pem');
  now = Date.now();
  lines = [];
});
afterEach(() => folder.remove());

function source(names = NAMES) {
  const log: Logger = { ...silentLogger, info: (...args: unknown[]) => void lines.push(JSON.stringify(args)) };
  return new SelfSigned({ file, names, wallClock: () => now, log });
}

describe('a self-signed certificate', () => {
  it('is made for all names and addresses, with its key for its owner alone (seed 1.1)', async () => {
    const { cert, key } = await source().load();
    const certificate = new X509Certificate(cert);
    for (const name of ['localhost', 'studio.example']) expect(certificate.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkHost('other.example')).toBeUndefined();
    expect(certificate.ca).toBe(false);
    expect(key).toContain('PRIVATE KEY');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder.path, 'tls'))).toEqual(['self-signed.pem']);
  });

  it('says its fingerprint in the log, once, and not its key', async () => {
    const one = source();
    const { cert, key } = await one.load();
    await one.load();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(new X509Certificate(cert).fingerprint256);
    expect(lines[0]).not.toContain(key.split('\n')[1]);
  });

  it('is kept, so that people accept it once (seed 1.1)', async () => {
    const first = await source().load();
    now += 300 * DAY_MS;
    expect(await source(['localhost', '192.0.2.7']).load()).toEqual({ cert: first.cert.trim(), key: first.key.trim() });
  });

  it('is made anew a month before it expires', async () => {
    const { cert } = await source().load();
    now += 336 * DAY_MS;
    const next = new X509Certificate((await source().load()).cert);
    expect(next.fingerprint256).not.toBe(new X509Certificate(cert).fingerprint256);
    expect(Date.parse(next.validTo)).toBeGreaterThan(now + 364 * DAY_MS);
  });

  it('is made anew when the machine has another address', async () => {
    const { cert } = await source().load();
    const next = await source([...NAMES, '192.0.2.8']).load();
    expect(next.cert).not.toBe(cert);
    expect(new X509Certificate(next.cert).checkIP('192.0.2.8')).toBe('192.0.2.8');
  });

  it.each(['', 'nonsense', '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n'])(
    'is made anew where the file holds %.20j',
    async (text) => {
      await source().load();
      writeFileSync(file, text);
      chmodSync(file, 0o644);
      await source().load();
      expect(readFileSync(file, 'utf8')).toContain('BEGIN CERTIFICATE');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  it('that cannot be kept is an error in words', async () => {
    writeFileSync(join(folder.path, 'tls'), '');
    await expect(source().load()).rejects.toThrow(TlsError);
  });
});

describe('the names of this machine', () => {
  it('are those by which others find it, and no wildcard', () => {
    const names = namesOfThisMachine('0.0.0.0');
    expect(names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']));
    const ipv4 = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address);
    expect(names).toEqual(expect.arrayContaining(ipv4));
    expect(names).not.toContain('0.0.0.0');
    expect(names.some((name) => name.startsWith('fe80'))).toBe(false);
    expect(namesOfThisMachine('Studio.Example')).toContain('studio.example');
    expect(namesOfThisMachine('not a name!')).not.toContain('not a name!');
  });
});
