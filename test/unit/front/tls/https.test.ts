import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CertificateFiles } from '../../../../front/tls/certificate-files.ts';
import { openTls } from '../../../../front/tls/open-tls.ts';
import { LOOK_INTERVAL_MS } from '../../../../front/tls/renewal.ts';
import { SelfSigned } from '../../../../front/tls/self-signed.ts';
import { TlsError } from '../../../../front/tls/tls-source.ts';
import type { TlsMaterial } from '../../../../front/tls/tls-source.ts';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Page } from '../../../support/front/client.ts';
import { ask } from '../../../support/front/https.ts';
import { CHEAP } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { scratchFolder } from '../../../support/paths.ts';
import { settle, VirtualClock } from '../../../support/sip/virtual-clock.ts';

const folder = scratchFolder('https');
const certFile = join(folder.path, 'cert.pem');
const keyFile = join(folder.path, 'key.pem');

let made = 0;
async function certificate(): Promise<TlsMaterial> {
  return new SelfSigned({ file: join(folder.path, `made-${made++}.pem`), names: ['localhost', '127.0.0.1'], log: silentLogger }).load();
}

function write({ cert, key }: TlsMaterial): void {
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
}

afterAll(() => folder.remove());

describe('front over HTTPS', () => {
  let front: RunningFront;
  let material: TlsMaterial;

  beforeAll(async () => {
    material = await certificate();
    const source = { selfSigned: true, load: async () => material };
    front = await startFront({ tls: { source, material }, passwordCost: CHEAP });
  });
  afterAll(() => front.close());

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    ask(front.url + path, material.cert, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

  it('answers at an https address, with cookies that go nowhere else (seed 1.1)', async () => {
    expect(front.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const registered = await post('/register', { name: 'ana', content: {} });
    expect(registered.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    const created = await post('/user/create/', { email: 'ana@example.org', first_name: 'Ana', last_name: 'N', password: 'correct horse' });
    expect(created.status).toBe(201);
    expect(created.headers['set-cookie']?.[0]).toMatch(/^sipcast_refresh=.*; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('lets the page\'s WebSocket in, and pages of its own origin only (seed 1.1)', async () => {
    const registered = await post('/register', { name: 'bo', content: {} });
    const cookie = registered.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
    const address = `${front.url.replace('https', 'wss')}/ws`;
    const page = new Page(new WebSocket(address, { ca: material.cert, headers: { cookie, origin: front.url } }));
    await page.nextOfType('signaling');
    await page.close();
    const foreign = new WebSocket(address, { ca: material.cert, headers: { cookie, origin: 'https://evil.example' } });
    await expect(once(foreign, 'open')).rejects.toThrow('403');
  });

  it('never makes browsers insist on a certificate that nobody vouches for', async () => {
    expect((await ask(`${front.url}/healthz`, material.cert)).headers['strict-transport-security']).toBeUndefined();
  });

  it('is nobody\'s who does not know the certificate, and no HTTP', async () => {
    await expect(ask(`${front.url}/healthz`, (await certificate()).cert)).rejects.toThrow(/self-signed|unable to verify/i);
    await expect(fetch(front.url.replace('https', 'http'))).rejects.toThrow();
    expect((await ask(`${front.url}/healthz`, material.cert)).status).toBe(200);
  });

  it('stops at once, also while somebody does not finish his handshake', async () => {
    const own = await certificate();
    const another = await startFront({ tls: { source: { selfSigned: true, load: async () => own }, material: own } });
    const silent = connect(Number(new URL(another.url).port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    silent.on('error', () => undefined);
    await another.close();
    await closed;
  });
});

describe('a certificate from files', () => {
  it('is shown, and its successor without a restart; browsers are told to insist on HTTPS', async () => {
    const first = await certificate();
    write(first);
    const clock = new VirtualClock();
    const tls = await openTls({ tlsCert: certFile, tlsKey: keyFile }, '127.0.0.1', silentLogger);
    const front = await startFront({ tls, clock });
    const { port } = new URL(front.url);
    const answer = await ask(`${front.url}/healthz`, first.cert);
    expect(answer.headers['strict-transport-security']).toBe('max-age=15552000');
    expect((await ask(`https://localhost:${port}/healthz`, first.cert)).headers['strict-transport-security']).toBeUndefined();
    const second = await certificate();
    write(second);
    clock.tick(LOOK_INTERVAL_MS);
    const wanted = new X509Certificate(second.cert).fingerprint256;
    let shown = '';
    // One at a time is trusted: of two with the same name OpenSSL takes the later one for the issuer of both.
    while (shown !== wanted) ({ fingerprint: shown } = await ask(`${front.url}/healthz`, second.cert).catch(() => ({ fingerprint: '' })));
    write({ cert: 'damaged', key: 'damaged' });
    clock.tick(LOOK_INTERVAL_MS);
    await settle();
    expect((await ask(`${front.url}/healthz`, second.cert)).fingerprint).toBe(wanted);
    const closed = front.close();
    await clock.until(closed);
  });

  it('is refused in words where something is wrong with it', async () => {
    const [one, two] = [await certificate(), await certificate()];
    const problem = async (cert: string, key: string): Promise<string> => {
      write({ cert, key });
      return new CertificateFiles(certFile, keyFile).load().then(
        () => 'none',
        (error: unknown) => {
          expect(error).toBeInstanceOf(TlsError);
          return (error as Error).message;
        },
      );
    };
    expect(await problem(one.cert, one.key)).toBe('none');
    expect(await problem(one.cert, two.key)).toMatch(/does not belong to/);
    expect(await problem('x', one.key)).toMatch(/cert\.pem holds no certificate/);
    expect(await problem(one.cert, 'x')).toMatch(/key\.pem holds no private key/);
    await expect(new CertificateFiles(join(folder.path, 'none'), keyFile).load()).rejects.toThrow(/cannot be read/);
  });

  it('comes with its key, and instead of a self-signed one', async () => {
    mkdirSync(join(folder.path, 'x'));
    for (const settings of [{ tlsCert: certFile }, { tlsKey: keyFile }, { tls: 'self-signed' as const, tlsCert: certFile, tlsKey: keyFile }, { tlsCert: join(folder.path, 'x'), tlsKey: keyFile }]) {
      await expect(openTls(settings, '127.0.0.1', silentLogger)).rejects.toThrow(UsageError);
    }
    expect(await openTls({}, '127.0.0.1', silentLogger)).toBeUndefined();
  });
});
