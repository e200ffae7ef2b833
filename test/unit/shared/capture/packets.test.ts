import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../../shared/capture/bytes.ts';
import { checksumOf, onesComplementSum } from '../../../../shared/capture/checksum.ts';
import { addressBytes } from '../../../../shared/capture/ip-address.ts';
import { ipPacket } from '../../../../shared/capture/ip-packet.ts';

describe('addressBytes', () => {
  it.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['::1', [...new Array<number>(15).fill(0), 1]],
    ['fe80::1:2%eth0', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]],
    ['2001:db8::', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['::ffff:10.1.2.3', [10, 1, 2, 3]],
    ['64:ff9b::192.0.2.33', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 33]],
  ])('reads %s', (text, bytes) => {
    expect([...(addressBytes(text) ?? [])]).toEqual(bytes);
  });

  it('knows no host names', () => {
    expect(addressBytes('localhost')).toBeUndefined();
  });
});

describe('the Internet checksum', () => {
  it("gives RFC 1071's own example", () => {
    expect(onesComplementSum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(0xddf2);
  });

  it('takes an odd last byte for the high half of a word', () => {
    expect(onesComplementSum(Buffer.from([0x12]))).toBe(0x1200);
  });
});

describe('ipPacket', () => {
  const endpoint = (host: string, port: number) => ({ address: addressBytes(host) ?? Buffer.alloc(4), port });

  it('writes IPv4 and UDP headers whose checksums add up', () => {
    const packet = ipPacket(endpoint('10.0.0.1', 5060), endpoint('10.0.0.2', 5062), Buffer.from('odd'), 7);
    expect(packet.length).toBe(20 + 8 + 3);
    expect(viewOf(packet).getUint16(2)).toBe(packet.length);
    expect(checksumOf(onesComplementSum(packet.subarray(0, 20)))).toBe(0);
    const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.from([0, 17, 0, 11])]);
    expect(checksumOf(onesComplementSum(packet.subarray(20), onesComplementSum(pseudo)))).toBe(0);
    expect(viewOf(packet).getUint16(20)).toBe(5060);
    expect(viewOf(packet).getUint16(22)).toBe(5062);
  });

  it('writes IPv6 headers', () => {
    const packet = ipPacket(endpoint('::1', 1), endpoint('::2', 2), Buffer.from('text'), 0);
    expect(packet.length).toBe(40 + 8 + 4);
    const pseudo = Buffer.concat([packet.subarray(8, 40), Buffer.from([0, 17, 0, 12])]);
    expect(checksumOf(onesComplementSum(packet.subarray(40), onesComplementSum(pseudo)))).toBe(0);
  });
});
