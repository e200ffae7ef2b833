import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkAddresses } from '../../../../shared/doctor/addresses.ts';
import { checkClock } from '../../../../shared/doctor/clock.ts';
import { checkFanout } from '../../../../shared/doctor/fanout.ts';
import { checkFfmpeg } from '../../../../shared/doctor/ffmpeg.ts';
import { attempt, checkPort } from '../../../../shared/doctor/ports.ts';
import type { Place } from '../../../../shared/doctor/ports.ts';
import { asJson, asText } from '../../../../shared/doctor/report.ts';
import { checkNode, checkOpenFiles } from '../../../../shared/doctor/runtime.ts';
import { checkFront, checkSignaling, checkStreamers, checkVersions } from '../../../../shared/doctor/services.ts';
import { checkStorage } from '../../../../shared/doctor/storage.ts';
import { checkBuffers, checkUdp } from '../../../../shared/doctor/udp.ts';

const folder = mkdtempSync(join(tmpdir(), 'sipcast-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GIGABYTE = 1024 ** 3;

describe('the runtime', () => {
  it.each([
    ['20.19.0', 'ok'], ['24.1.0', 'ok'], ['20.18.9', 'failure'], ['18.20.0', 'failure'], ['21.0.0', 'warning'], ['30.0.0', 'warning'],
  ])('Node %s is judged: %s', (version, severity) => {
    expect(checkNode(version, '>=20.19')).toMatchObject({ severity });
  });

  it('may open enough files, too few, or does not tell', () => {
    const limits = (soft: string) => `Limit  Soft Limit Hard Limit Units\nMax open files            ${soft}                 1048576              files\n`;
    expect(checkOpenFiles(limits('65536'))).toMatchObject({ severity: 'ok' });
    expect(checkOpenFiles(limits('unlimited'))).toMatchObject({ severity: 'ok' });
    expect(checkOpenFiles(limits('1024'))).toMatchObject({ severity: 'warning', advice: expect.stringContaining('LimitNOFILE=') as string });
    expect(checkOpenFiles(limits('64'))).toMatchObject({ severity: 'failure' });
    expect(checkOpenFiles('')).toMatchObject({ severity: 'ok', found: expect.stringContaining('not told') as string });
  });
});

describe('the clock', () => {
  it('is kept right, is not, or nobody knows', async () => {
    expect(await checkClock(async () => true)).toMatchObject({ severity: 'ok', found: expect.stringContaining('NTP') as string });
    expect(await checkClock(async () => false)).toMatchObject({ severity: 'warning' });
    expect(await checkClock(async () => undefined)).toMatchObject({ severity: 'ok', found: expect.stringContaining('unknown') as string });
  });

  it('that is set while it is watched makes a warning which says by how much', async () => {
    let ahead = 0;
    const set = async () => {
      ahead = 5_000;
      return true;
    };
    expect(await checkClock(set, () => Date.now() + ahead)).toMatchObject({ severity: 'warning', found: expect.stringMatching(/set by (499\d|500\d) ms/) as string });
  });
});

describe('addresses', () => {
  it('are reachable for Firefox when they are not loopback', () => {
    expect(checkAddresses({ reachable: ['192.0.2.7', '198.51.100.3'], defaultRoute: true })).toMatchObject({ severity: 'ok', found: expect.stringContaining('192.0.2.7, 198.51.100.3') as string });
    expect(checkAddresses({ reachable: ['192.0.2.7'], defaultRoute: undefined })).toMatchObject({ severity: 'ok' });
    expect(checkAddresses({ reachable: ['192.0.2.7'], defaultRoute: false })).toMatchObject({ severity: 'warning', advice: expect.stringContaining('192.0.2.7') as string });
    expect(checkAddresses({ reachable: [], defaultRoute: false })).toMatchObject({ severity: 'warning', advice: expect.stringContaining('Firefox') as string });
  });
});

describe('ports', () => {
  const place = (protocol: 'udp' | 'tcp', port: number, host = '127.0.0.1'): Place => ({ protocol, host, port, choose: 'front PORT' });

  it('are free, or in use by a program that is named', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    const server = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(socket, 'listening'), once(server, 'listening')]);
    const ports = [['udp', socket.address().port], ['tcp', (server.address() as AddressInfo).port]] as const;
    for (const [protocol, port] of ports) {
      const taken = checkPort(place(protocol, port), await attempt(place(protocol, port)), undefined);
      expect(taken).toMatchObject({ check: `${protocol}-port`, severity: 'failure', advice: expect.stringContaining('front PORT') as string });
      if (process.platform === 'linux') expect(taken.found).toContain(`(${process.pid})`);
      expect(checkPort(place(protocol, port), await attempt(place(protocol, port)), 'sipcast-front/1')).toMatchObject({ severity: 'ok', found: expect.stringContaining('sipcast-front/1') as string });
    }
    await new Promise<void>((resolve) => socket.close(resolve));
    await new Promise((resolve) => server.close(resolve));
    for (const [protocol, port] of ports) expect(checkPort(place(protocol, port), await attempt(place(protocol, port)), undefined)).toMatchObject({ severity: 'ok' });
  });

  it('of an address that this machine has not cannot be had', async () => {
    const elsewhere = place('udp', 0, '192.0.2.99');
    expect(checkPort(elsewhere, await attempt(elsewhere), undefined)).toMatchObject({ severity: 'failure', found: expect.stringContaining('no such address') as string });
  });
});

describe('datagrams', () => {
  it('come back over loopback', async () => {
    // A busy machine may be slow, which is no failure.
    const { severity, found } = await checkUdp();
    expect(severity).not.toBe('failure');
    expect(found).toMatch(/^50 datagrams of 1200 bytes came back over loopback, in \d+\.\d\d ms each$/);
  });

  it('may wait in a buffer that is large enough', () => {
    expect(checkBuffers(212_992)).toMatchObject({ severity: 'ok' });
    expect(checkBuffers(65_536)).toMatchObject({ severity: 'warning', advice: expect.stringContaining('sysctl -w net.core.rmem_max=') as string });
  });
});

describe('storage', () => {
  it('is judged by the room that it has', async () => {
    expect(await checkStorage(folder, async () => 10 * GIGABYTE)).toMatchObject({ severity: 'ok' });
    expect(await checkStorage(folder, async () => GIGABYTE)).toMatchObject({ severity: 'warning' });
    expect(await checkStorage(folder, async () => 1024)).toMatchObject({ severity: 'failure' });
    expect(await checkStorage(folder)).toMatchObject({ found: expect.stringMatching(/room for \d+\.\d GB/) as string });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is not there yet is looked for in the folder above, and not made', async () => {
    const data = join(folder, 'a', 'b');
    expect(await checkStorage(data, async () => 10 * GIGABYTE)).toMatchObject({ severity: 'ok' });
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  it('that is no folder cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await checkStorage(file)).toMatchObject({ severity: 'failure', found: expect.stringContaining('cannot be written') as string });
    rmSync(file);
  });
});

describe.skipIf(process.platform === 'win32')('ffmpeg', () => {
  function program(text: string): string {
    const path = join(mkdtempSync(join(folder, 'ffmpeg-')), 'ffmpeg');
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('that was named and is not there is a failure', async () => {
    expect(await checkFfmpeg('/nowhere/ffmpeg', {})).toMatchObject({ severity: 'failure', found: 'there is no ffmpeg that can be run at /nowhere/ffmpeg' });
  });

  it('is let make what browsers play', async () => {
    expect(await checkFfmpeg(program('echo ffmpeg version 7.1-x Copyright'), {})).toMatchObject({ severity: 'ok', found: expect.stringMatching(/\(7\.1-x\) makes VP8 \(libvpx\) and Opus/) as string });
    const poor = program('case "$*" in *libvpx*) exit 1;; *) echo ffmpeg version 4.0;; esac');
    expect(await checkFfmpeg(poor, {})).toMatchObject({ severity: 'warning', found: expect.stringContaining('makes no VP8 (libvpx)') as string });
    expect(await checkFfmpeg(program('exit 3'), {})).toMatchObject({ severity: 'failure', found: expect.stringContaining('ended with 3') as string });
  });
});

describe('the native fan-out', () => {
  it('is tried on Linux, and the portable one is named where it fails or is not made for', () => {
    const broken = () => {
      throw new Error("Cannot find module 'koffi'\nRequire stack:");
    };
    const linux = { platform: 'linux', arch: 'x64' };
    expect(checkFanout(linux, broken)).toMatchObject({ severity: 'warning', found: expect.stringContaining("(Cannot find module 'koffi')") as string });
    expect(checkFanout({ platform: 'darwin', arch: 'arm64' }, broken)).toMatchObject({ severity: 'ok', found: expect.stringContaining('portable') as string });
  });
});

describe('services', () => {
  const address = { host: '192.0.2.1', port: 5060 };
  const answer = { status: 200, software: 'sipcast-signaling/1.0.0', milliseconds: 1, streamers: [] };

  it('need not run here, but must where the machine is another', () => {
    expect(checkSignaling(address, undefined, false)).toMatchObject({ severity: 'ok' });
    expect(checkSignaling(address, undefined, true)).toMatchObject({ severity: 'failure' });
    expect(checkFront(address, undefined, false)).toMatchObject({ severity: 'ok' });
    expect(checkFront(address, undefined, true)).toMatchObject({ severity: 'failure' });
  });

  it('are told from other programs by what they call themselves', () => {
    expect(checkSignaling(address, answer, false)).toMatchObject({ severity: 'ok', found: expect.stringContaining('sipcast-signaling/1.0.0') as string });
    expect(checkSignaling(address, { ...answer, software: 'kamailio (5.6)' }, false)).toMatchObject({ severity: 'warning', found: expect.stringContaining('kamailio') as string });
    expect(checkFront(address, { status: 404, software: 'nginx', state: undefined, signaling: undefined }, false)).toMatchObject({ severity: 'warning' });
  });

  it('a front is ready, drains, or has no signaling', () => {
    const front = (status: number, state: string, signaling: string) => checkFront(address, { status, software: 'sipcast-front/1.0.0', state, signaling }, false).severity;
    expect([front(200, 'ready', 'up'), front(503, 'not-ready', 'up'), front(503, 'not-ready', 'down')]).toEqual(['ok', 'warning', 'failure']);
  });

  it('streamers that do not answer are named', () => {
    expect(checkStreamers([{ name: 'film', answer }])).toMatchObject({ severity: 'ok' });
    expect(checkStreamers([{ name: 'film', answer: undefined }, { name: 'lamp', answer: { ...answer, status: 480 } }])).toMatchObject({ severity: 'warning', found: 'no answer from "film", "lamp"' });
    expect(checkStreamers([{ name: 'film', answer: { ...answer, status: 401 } }])).toMatchObject({ severity: 'ok', found: expect.stringContaining('secret') as string });
  });

  it('of several versions make a warning; what others call themselves does not', () => {
    expect(checkVersions(['sipcast-signaling/1.0.0', undefined, 'nginx/2'], '1.0.0')).toMatchObject({ severity: 'ok' });
    expect(checkVersions(['sipcast-signaling/1.0.0', 'sipcast-front/1.1.0'], '1.0.0')).toMatchObject({ severity: 'warning', found: expect.stringContaining('sipcast-front/1.1.0') as string });
  });
});

describe('the report', () => {
  const findings = [
    { check: 'node', severity: 'ok', found: 'Node 20' },
    { check: 'ffmpeg', severity: 'warning', found: 'there is\nnone', advice: 'install it' },
    { check: 'udp-port', severity: 'failure', found: 'it is taken', advice: 'choose another' },
  ] as const;

  it('has one line for each check, whatever was found, and a sum', () => {
    expect(asText(findings).split('\n')).toEqual([
      'ok       node            Node 20',
      'warning  ffmpeg          there is none: install it',
      'failure  udp-port        it is taken: choose another',
      '3 checks: 1 failure, 1 warning',
      '',
    ]);
  });

  it('is JSON for programs', () => {
    expect(JSON.parse(asJson(findings, '1.0.0'))).toEqual({ version: '1.0.0', failures: 1, warnings: 1, findings });
  });
});
