import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageVersion } from '../../shared/cli/version.ts';
import type { Finding } from '../../shared/doctor/finding.ts';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import { runSipcast } from '../support/processes/sipcast.ts';
import { startSystem } from '../support/system.ts';

interface Report {
  version: string;
  failures: number;
  warnings: number;
  findings: Finding[];
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Its exit status, and what it printed. */
async function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; text: string }> {
  const folder = scratchFolder('doctor');
  closing.push(folder.remove);
  const { code, stdout, stderr } = await runSipcast(['doctor', ...args], { cwd: folder.path, env });
  return { code, text: stdout + stderr };
}

async function report(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; report: Report; of: (check: string) => Finding | undefined }> {
  const { code, text } = await doctor([...args, '--json'], env);
  const parsed = JSON.parse(text) as Report;
  return { code, report: parsed, of: (check) => parsed.findings.find((finding) => finding.check === check) };
}

const portOf = (address = ''): string => /:(\d+)\/?$/.exec(address)?.[1] ?? '';

describe('sipcast doctor', () => {
  it('finds the services that run, from outside, and what they are', async () => {
    const system = await startSystem({ streamers: [{ name: 'film' }] });
    closing.push(() => system.stop());
    await system.streamer('film').process.child.log.waitFor(({ text }) => text.includes('registered as'));
    const [http, sip] = [portOf(system.url), portOf(system.signaling.process.addresses['sip'])];
    const { report: found, of } = await report([http, '--port', sip]);
    expect(found.version).toBe(packageVersion());
    expect(of('udp-port')).toMatchObject({ severity: 'ok', found: `UDP port ${sip} of 127.0.0.1 is in use by sipcast-signaling/${packageVersion()}` });
    expect(of('tcp-port')).toMatchObject({ severity: 'ok', found: expect.stringContaining(`sipcast-front/${packageVersion()}`) as string });
    expect(of('signaling')).toMatchObject({ severity: 'ok', found: expect.stringMatching(/answers at 127\.0\.0\.1:\d+ in \d+\.\d ms/) as string });
    expect(of('front')).toMatchObject({ severity: 'ok', found: expect.stringContaining('is ready') as string });
    expect(of('streamers')).toMatchObject({ severity: 'ok', found: '1 of the registered streamers answers' });
    expect(of('versions')).toMatchObject({ severity: 'ok', found: `sipcast ${packageVersion()}, as all services that answer` });
  });

  it('says who is in the way, what is missing, and ends with 1', async () => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    closing.push(() => stranger.close());
    const { port } = stranger.address();
    // It has nobody to ask.
    const front = await startService('front', ['0', '127.0.0.1', String(port)]);
    closing.push(() => front.child.end());
    const args = [portOf(front.addresses['http']), '--port', String(port), '--data', '/proc/nowhere', '--ffmpeg', '/nowhere/ffmpeg'];
    const { code, report: found, of } = await report(args);
    expect(code).toBe(1);
    expect(of('udp-port')).toMatchObject({ severity: 'failure', found: expect.stringContaining(`(${process.pid})`) as string });
    expect(of('front')).toMatchObject({ severity: 'failure', found: expect.stringContaining('is not ready (503)') as string });
    expect(of('storage')).toMatchObject({ severity: 'failure' });
    expect(of('ffmpeg')).toMatchObject({ severity: 'failure' });
    expect(found.failures).toBeGreaterThanOrEqual(4);
  });

  it('says which services are of another version, over HTTPS too', async () => {
    const old = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), software: 'sipcast-streamer/0.0.1' });
    closing.push(() => old.close());
    const folder = scratchFolder('doctor');
    closing.push(folder.remove);
    const { child, addresses } = await startService('signaling', ['0', '--directory', join(folder.path, 'directory.xml')]);
    closing.push(() => child.end());
    const sip = addresses['sip'] ?? '';
    const register = old.createRequest('REGISTER', `sip:${sip}`, {
      from: `sip:old@${sip}`, to: `sip:old@${sip}`, headers: { Contact: `<sip:old@127.0.0.1:${old.local.port}>` }, body: '{"title":"Old"}', contentType: 'application/json',
    });
    expect((await old.request(register)).status).toBe(200);
    const front = await startService('front', ['0', ...sip.split(':'), '--tls', 'self-signed'], { cwd: folder.path });
    closing.push(() => front.child.end());
    const { of } = await report([portOf(front.addresses['http']), '--port', portOf(sip)]);
    expect(of('front')).toMatchObject({ severity: 'ok', found: expect.stringContaining('is ready') as string });
    expect(of('versions')).toMatchObject({ severity: 'warning', found: expect.stringContaining('sipcast-streamer/0.0.1') as string });
  });

  it('prints one line for each check, and refuses what it does not know with status 2', async () => {
    const { text } = await doctor(['--port', '0', '0']);
    expect(text).toMatch(/^(ok|warning|failure) +node +Node \d/);
    expect(text).toMatch(/\n\d+ checks: \d+ failures?, \d+ warnings?\n$/);
    expect(await doctor(['--prot', '1'])).toMatchObject({ code: 2, text: expect.stringMatching(/^doctor: unknown option '--prot'.*\n$/) as string });
  });
});
