import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapturingTransport } from '../../../../shared/capture/capturing-transport.ts';
import { PcapngWriter } from '../../../../shared/capture/pcapng-writer.ts';
import { UdpTransport } from '../../../../shared/sip/transport/udp-transport.ts';
import { UsageError } from '../../../../shared/cli/usage-error.ts';

/** The packets of a little-endian pcapng file, by the block lengths alone. */
function packetsIn(file: Buffer): { direction: number; packet: Buffer; microseconds: number }[] {
  const found = [];
  for (let offset = 0; offset < file.length; ) {
    const length = file.readUInt32LE(offset + 4);
    expect(file.readUInt32LE(offset + length - 4), 'the length stands at both ends of a block').toBe(length);
    if (file.readUInt32LE(offset) === 6) {
      const bytes = file.readUInt32LE(offset + 20);
      found.push({
        direction: file.readUInt32LE(offset + length - 12),
        packet: file.subarray(offset + 28, offset + 28 + bytes),
        microseconds: file.readUInt32LE(offset + 12) * 2 ** 32 + file.readUInt32LE(offset + 16),
      });
    }
    offset += length;
  }
  return found;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-capture-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('CapturingTransport', () => {
  it('writes what is sent and received, and passes it on', async () => {
    const file = join(folder, 'both.pcapng');
    const writer = await PcapngWriter.open(file, { interfaceName: 'test' });
    const transport = new CapturingTransport(await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), writer);
    const peer = createSocket('udp4').bind(0, '127.0.0.1');
    await once(peer, 'listening');
    const received = new Promise<Buffer>((resolve) => transport.onDatagram(resolve));

    transport.send(Buffer.from('there'), { host: 'localhost', port: peer.address().port });
    const [there] = (await once(peer, 'message')) as [Buffer];
    peer.send('and back', transport.local.port, '127.0.0.1');
    expect((await received).toString()).toBe('and back');
    expect(there.toString()).toBe('there');

    await transport.close();
    await writer.close();
    peer.close();
    const packets = packetsIn(await readFile(file));
    expect(packets.map(({ direction, packet }) => [direction, packet.subarray(28).toString()])).toEqual([
      [2, 'there'],
      [1, 'and back'],
    ]);
    expect(packets[0]?.packet.readUInt16BE(20)).toBe(transport.local.port);
    expect(Math.abs((packets[0]?.microseconds ?? 0) / 1000 - Date.now())).toBeLessThan(60_000);
  });

  it('has each datagram in the file soon, without being closed', async () => {
    const file = join(folder, 'soon.pcapng');
    const writer = await PcapngWriter.open(file);
    const transport = new CapturingTransport(await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), writer);
    transport.send(Buffer.from('one'), { host: '127.0.0.1', port: 9 });
    await writer.flush();
    expect(packetsIn(await readFile(file))).toHaveLength(1);
    await transport.close();
    await writer.close();
  });

  it('says in one line why a file cannot be written', async () => {
    await expect(PcapngWriter.open(join(folder, 'missing', 'x.pcapng'))).rejects.toThrow(UsageError);
    await expect(PcapngWriter.open(join(folder, 'missing', 'x.pcapng'))).rejects.toThrow(/cannot write the capture .*ENOENT/);
  });
});
