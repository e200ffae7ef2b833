/**
 * A certificate that this machine signs itself, for its own names and addresses: browsers let a page use camera and microphone over HTTPS only,
 * and once somebody has accepted it that is enough in a house or a laboratory. Made once and kept, so that it has to be accepted once.
 */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { Logger } from '../../shared/log/logger.ts';
import { TlsError } from './tls-source.ts';
import type { TlsMaterial, TlsSource } from './tls-source.ts';

const MS_PER_DAY = 24 * 3_600_000;

/** Browsers refuse certificates that last much longer than a year. */
const LIFETIME_MS = 365 * MS_PER_DAY;

/** A new one is made this long before the old one expires. */
const RENEWAL_MS = 30 * MS_PER_DAY;

/** Clocks of other machines may be behind. */
const CLOCK_SKEW_MS = MS_PER_DAY;

const NAME_BYTES = 4;

/** The key is in there. */
const FILE_MODE = 0o600;

const KEY = /-----BEGIN PRIVATE KEY-----[^]+?-----END PRIVATE KEY-----/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/;

export interface SelfSignedOptions {
  /** Where key and certificate are kept, together. */
  file: string;
  /** What browsers may call this server. */
  names: readonly string[];
  /** Milliseconds since 1970. */
  wallClock?: () => number;
  log: Logger;
}

export class SelfSigned implements TlsSource {
  readonly selfSigned = true;
  readonly #file: string;
  readonly #names: readonly string[];
  readonly #wallClock: () => number;
  readonly #log: Logger;
  #shown: string | undefined;

  constructor({ file, names, wallClock = Date.now, log }: SelfSignedOptions) {
    this.#file = file;
    this.#names = names;
    this.#wallClock = wallClock;
    this.#log = log;
  }

  async load(): Promise<TlsMaterial> {
    const kept = await this.#kept();
    const material = kept !== undefined && this.#fits(kept.certificate) ? kept : await this.#make();
    const { fingerprint256: fingerprint } = material.certificate;
    // What a careful person compares with what his browser shows before he accepts it.
    if (fingerprint !== this.#shown) this.#log.info({ fingerprint, validTo: material.certificate.validTo }, 'browsers will warn of a self-signed certificate');
    this.#shown = fingerprint;
    return { cert: material.cert, key: material.key };
  }

  async #kept(): Promise<Kept | undefined> {
    let pem: string;
    try {
      pem = await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new TlsError(`the self-signed certificate ${this.#file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    return parse(pem);
  }

  #fits(certificate: X509Certificate): boolean {
    const left = Date.parse(certificate.validTo) - this.#wallClock();
    return left > RENEWAL_MS && this.#names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined);
  }

  async #make(): Promise<Kept> {
    // Only those who ask for a certificate pay for what makes it.
    const { generate } = await import('selfsigned');
    const now = this.#wallClock();
    // Two of one name, in one store of certificates, are taken for each other.
    const name = `sipcast ${randomBytes(NAME_BYTES).toString('hex')}`;
    const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      curve: 'P-256',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - CLOCK_SKEW_MS),
      notAfterDate: new Date(now + LIFETIME_MS),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: this.#names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })) },
      ],
    });
    await this.#keep(`${key.trim()}\n${cert.trim()}\n`);
    return { key, cert, certificate: new X509Certificate(cert) };
  }

  /** Whole or not at all: a front that starts beside this one must not read half of it. */
  async #keep(pem: string): Promise<void> {
    const draft = `${this.#file}.${randomBytes(8).toString('hex')}`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      const handle = await open(draft, 'wx', FILE_MODE);
      try {
        await handle.writeFile(pem);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, this.#file);
    } catch (error) {
      throw new TlsError(`the self-signed certificate ${this.#file} cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }
}

interface Kept extends TlsMaterial {
  readonly certificate: X509Certificate;
}

/** What stands in the file, when it is what this module writes. */
function parse(pem: string): Kept | undefined {
  const [key] = KEY.exec(pem) ?? [];
  const [cert] = CERTIFICATE.exec(pem) ?? [];
  if (key === undefined || cert === undefined) return undefined;
  try {
    const certificate = new X509Certificate(cert);
    return certificate.checkPrivateKey(createPrivateKey(key)) ? { key, cert, certificate } : undefined;
  } catch {
    return undefined;
  }
}

/** What this machine is called, by itself and by those around it; `host` is the name or address that the server is bound to. */
export function namesOfThisMachine(host: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  // A link-local IPv6 address means something only together with an interface, which no certificate can name.
  const reachable = addresses.filter(({ family, scopeid }) => family === 'IPv4' || scopeid === 0).map(({ address }) => address);
  const names = ['localhost', '127.0.0.1', '::1', hostname().toLowerCase(), host.toLowerCase(), ...reachable];
  return [...new Set(names)].filter((name) => isNameable(name));
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const WILDCARDS = ['0.0.0.0', '::'];

function isNameable(name: string): boolean {
  return !WILDCARDS.includes(name) && (isIP(name) !== 0 || HOST_NAME.test(name));
}
