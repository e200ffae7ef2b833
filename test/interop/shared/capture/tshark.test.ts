import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CapturingTransport } from '../../../../shared/capture/capturing-transport.ts';
import { ipPacket } from '../../../../shared/capture/ip-packet.ts';
import { PcapngWriter } from '../../../../shared/capture/pcapng-writer.ts';
import { UdpTransport } from '../../../../shared/sip/index.ts';
import { scratchFolder } from '../../../support/paths.ts';
import { captureFaults, frames } from '../../../support/tshark/tshark.ts';
import { lacks } from '../../../support/tools/system-tools.ts';

const folder = scratchFolder('tshark');
afterAll(() => folder.remove());

const OPTIONS = (host: string) =>
  `OPTIONS sip:${host} SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:5062;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:élise@${host}>;tag=1\r\n` +
  `To: <sip:${host}>\r\nCall-ID: one\r\nCSeq: 1 OPTIONS\r\nAuthorization: Digest username="a", realm="r", nonce="n", uri="sip:x", response="0123456789abcdef"\r\nContent-Length: 0\r\n\r\n`;

/** Two datagrams, there and back, between two sockets of `host`, as captured by the first. */
async function captureExchange(host: string, name: string, text = OPTIONS): Promise<{ file: string; ports: number[] }> {
  const file = join(folder.path, name);
  const writer = await PcapngWriter.open(file, { interfaceName: 'signaling' });
  const near = new CapturingTransport(await UdpTransport.bind({ host, port: 0 }), writer);
  const far = await UdpTransport.bind({ host, port: 0 });
  far.onDatagram((datagram, from) => far.send(datagram, from));
  const back = new Promise((resolve) => near.onDatagram(resolve));
  const literal = host.includes(':') ? `[${host}]` : host;
  near.send(Buffer.from(text(literal)), far.local);
  await back;
  await Promise.all([near.close(), far.close()]);
  await writer.close();
  return { file, ports: [near.local.port, far.local.port] };
}

describe.skipIf(lacks('tshark'))('captures, read by tshark (seed 4.21)', () => {
  it.each([['127.0.0.1', 'ip'], ['::1', 'ipv6']])('holds true headers around datagrams of %s', async (host, version) => {
    const { file, ports } = await captureExchange(host, `${version}.pcapng`);
    const [near = 0, far = 0] = ports;
    expect(await captureFaults(file, { sipPorts: ports })).toEqual([]);
    const list = await frames(file, ['udp.srcport', 'udp.dstport', `${version as 'ip'}.src`, 'sip.Method', 'frame.packet_flags_direction', 'frame.interface_name', 'frame.time_delta'], { sipPorts: ports });
    expect(list.map((frame) => [frame['udp.srcport'][0], frame['udp.dstport'][0]])).toEqual([[`${near}`, `${far}`], [`${far}`, `${near}`]]);
    expect(list.map((frame) => frame['sip.Method'][0])).toEqual(['OPTIONS', 'OPTIONS']);
    expect(list.map((frame) => Number(frame['frame.packet_flags_direction'][0]))).toEqual([2, 1]);
    expect(list[0]?.['frame.interface_name']).toEqual(['signaling']);
    expect(list[0]?.[`${version as 'ip'}.src`]).toEqual([host]);
    expect(Number(list[1]?.['frame.time_delta'][0])).toBeGreaterThan(0);
  });

  it('holds no digest response', async () => {
    const { file, ports } = await captureExchange('127.0.0.1', 'digest.pcapng');
    const list = await frames(file, ['sip.auth.digest.response'], { sipPorts: ports });
    expect(list.map((frame) => frame['sip.auth.digest.response'][0]?.replaceAll('"', ''))).toEqual(['0000000000000000', '0000000000000000']);
  });

  it('would find fault with frames that are no SIP, whose checksum is wrong, or that are fragments', async () => {
    const other = await captureExchange('127.0.0.1', 'other.pcapng', () => 'certainly no SIP');
    expect(await captureFaults(other.file, { sipPorts: other.ports })).toEqual([
      expect.stringMatching(/^frame 1: not dissected as SIP/),
      expect.stringMatching(/^frame 2: not dissected as SIP/),
    ]);
    const endpoint = { address: Buffer.from([127, 0, 0, 1]), port: 5060 };
    const good = ipPacket(endpoint, endpoint, Buffer.from(OPTIONS('127.0.0.1')), 1);
    const altered = Buffer.from(good);
    altered.write('X', good.length - 5);
    const fragment = Buffer.from(good);
    fragment.writeUInt16BE(0x2000, 6);
    const file = join(folder.path, 'faults.pcapng');
    const writer = await PcapngWriter.open(file);
    for (const packet of [good, altered, fragment]) writer.write({ microseconds: 1, direction: 'inbound', packet });
    await writer.close();
    const faults = await captureFaults(file);
    expect(faults.filter((fault) => fault.startsWith('frame 1:'))).toEqual([]);
    expect(faults).toContain('frame 2: a checksum is wrong');
    expect(faults).toContain('frame 3: an IP fragment');
  });
});
