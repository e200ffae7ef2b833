import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined } from '../../../../shared/capture/bytes.ts';
import { addressBytes, addressText } from '../../../../shared/capture/ip-address.ts';
import { ipPacket } from '../../../../shared/capture/ip-packet.ts';
import { enhancedPacketBlock, interfaceDescriptionBlock, LINKTYPE_RAW, sectionHeaderBlock } from '../../../../shared/capture/pcapng-blocks.ts';
import { packetsIn, PcapngError } from '../../../../shared/capture/pcapng-reader.ts';
import { udpDatagramIn } from '../../../../shared/capture/udp-packet.ts';
import { repository } from '../../../support/paths.ts';

const endpoint = (host: string, port: number) => ({ address: addressBytes(host)!, port });
const beginning = [sectionHeaderBlock('test'), interfaceDescriptionBlock('test')];

describe('packetsIn', () => {
  it('reads what the blocks were written from, over IPv4 and IPv6', () => {
    const address = fc.constantFrom('127.0.0.1', '192.0.2.7', '::1', '2001:db8::7:0:1');
    fc.assert(
      fc.property(address, fc.nat(65_535), fc.uint8Array({ maxLength: 2_000 }), fc.nat(), fc.option(fc.string(), { nil: undefined }), (host, port, payload, later, comment) => {
        const packet = ipPacket(endpoint(host, port), endpoint(host, 5060), payload, 1);
        const microseconds = 1_800_000_000_000_000 + later;
        const file = joined([...beginning, enhancedPacketBlock({ microseconds, direction: 'inbound', packet, ...(comment !== undefined && { comment }) })]);
        const [read, ...others] = packetsIn(file);
        expect(others).toEqual([]);
        expect(read).toMatchObject({ microseconds, linkType: LINKTYPE_RAW, comment });
        const datagram = udpDatagramIn(LINKTYPE_RAW, read!.packet)!;
        expect([addressText(datagram.source.address), datagram.source.port, datagram.destination.port]).toEqual([host, port, 5060]);
        expect([...datagram.payload]).toEqual([...payload]);
      }),
      { numRuns: 50 },
    );
  });

  it('reads the committed captures, each datagram of which is SIP', () => {
    const files = readdirSync(join(repository, 'captures')).filter((name) => name.endsWith('.pcapng'));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      const packets = [...packetsIn(readFileSync(join(repository, 'captures', name)))];
      expect(packets.length, name).toBeGreaterThan(10);
      for (const { linkType, packet } of packets) {
        expect(new TextDecoder().decode(udpDatagramIn(linkType, packet)?.payload)).toMatch(/^([A-Z]+ \S+ SIP\/2\.0|SIP\/2\.0 \d{3} )/);
      }
    }
  });

  it('reads other programs’ files: big-endian, with nanoseconds, from Ethernet', () => {
    const words = (...values: number[]): Uint8Array => {
      const bytes = Buffer.alloc(values.length * 4);
      for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
      return bytes;
    };
    const ip = ipPacket(endpoint('10.0.0.1', 7), endpoint('10.0.0.2', 8), Buffer.from('x'), 1);
    const frame = joined([Buffer.alloc(12), Uint8Array.of(8, 0), ip]);
    const padding = (4 - (frame.length % 4)) % 4;
    const length = 32 + frame.length + padding;
    const nanoseconds = 1_800_000_000_000_001_000n;
    const file = joined([
      words(0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00010000, -1, -1, 28),
      words(1, 32, 0x00010000, 0, 0x00090001, 0x09000000, 0, 32),
      words(6, length, 0, Number(nanoseconds >> 32n), Number(nanoseconds & 0xffffffffn), frame.length, frame.length), frame, new Uint8Array(padding), words(length),
    ]);
    const [read] = packetsIn(file);
    expect(read?.microseconds).toBe(1_800_000_000_000_001);
    expect(new TextDecoder().decode(udpDatagramIn(read!.linkType, read!.packet)?.payload)).toBe('x');
  });

  it('says what is no pcapng, and reads one that was cut off up to there', () => {
    for (const file of [Buffer.alloc(0), Buffer.from('%PDF-1.7 and so on'), Buffer.from('d4c3b2a1', 'hex')]) expect(() => [...packetsIn(file)]).toThrow(PcapngError);
    const packet = ipPacket(endpoint('127.0.0.1', 1), endpoint('127.0.0.1', 2), Buffer.from('x'), 1);
    const whole = joined([...beginning, ...[1, 2].map((microseconds) => enhancedPacketBlock({ microseconds, direction: 'outbound', packet }))]);
    expect([...packetsIn(whole.subarray(0, whole.length - 5))]).toHaveLength(1);
    whole[whole.length - 4] = 1;
    const loop = joined([...beginning, new Uint8Array(32)]);
    expect(() => [...packetsIn(loop)]).toThrow(PcapngError);
  });

  it('bears any bytes', () => {
    const start = joined(beginning);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(start.length), (bytes, at) => {
        try {
          for (const { linkType, packet } of packetsIn(joined([start.subarray(0, at), bytes]))) udpDatagramIn(linkType, packet);
        } catch (error) {
          expect(error).toBeInstanceOf(PcapngError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('addressText', () => {
  it.each(['0.0.0.0', '192.0.2.255', '::', '::1', '1::', 'fe80::1:0:0:2', '2001:db8::1', '1:2:3:4:5:6:7:8', '64:ff9b::c000:221'])('gives back %s', (text) => {
    expect(addressText(addressBytes(text)!)).toBe(text);
  });

  it.each(['', ':', '1:2', '1::2::3', 'g::', '1.2.3', '1.2.3.256', '01.2.3.4', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', 'localhost'])('%j is no address', (text) => {
    expect(addressBytes(text)).toBeUndefined();
  });
});
