import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_HEADER_BYTES, parseRtp, RTP_HEADER_BYTES, writeRtpHeader } from '../../../../streamer/rtp/packet.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('RTP packets (RFC 3550 §5.1)', () => {
  it('writes the header of the RFC’s figure', () => {
    const header = Buffer.alloc(RTP_HEADER_BYTES);
    expect(writeRtpHeader(header, 0, { marker: true, payloadType: 96, sequence: 0x1234, timestamp: 0xdecafbad, ssrc: 0xcafebabe, extension: 0, transportSequence: 0 })).toBe(12);
    expect(header.toString('hex')).toBe('80e01234decafbadcafebabe');
  });

  it('writes the transport-wide sequence number in a one-byte element (RFC 8285 §4.2)', () => {
    const header = Buffer.alloc(30, 0xff);
    expect(writeRtpHeader(header, 10, { marker: false, payloadType: 96, sequence: 1, timestamp: 2, ssrc: 3, extension: 5, transportSequence: 0x12345 })).toBe(20);
    expect(header.toString('hex')).toBe('ff'.repeat(10) + '906000010000000200000003' + 'bede0001' + '51234500');
  });

  it('reads a packet with contributing sources, extension and padding', () => {
    const packet = parseRtp(hex('b1 60 0007 00000001 00000002 000000aa bede0001 11223344 0102 0000 03'));
    expect(packet).toEqual({ marker: false, payloadType: 96, sequenceNumber: 7, timestamp: 1, ssrc: 2, payload: hex('0102') });
  });

  it.each(['', '80', '00'.repeat(12), '4f'.repeat(40), '8f60000700000001000000020000', '9060000700000001000000020000', 'a060000700000001000000020dff'])('takes %s for no packet', (bytes) => {
    expect(parseRtp(hex(bytes))).toBeUndefined();
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(
        fc.record({ marker: fc.boolean(), payloadType: fc.nat(127), sequenceNumber: fc.nat(0xffff), timestamp: fc.nat(0xffffffff), ssrc: fc.nat(0xffffffff) }),
        fc.uint8Array({ maxLength: 1200 }),
        fc.nat(14),
        (header, payload, extension) => {
          const start = Buffer.alloc(MAX_HEADER_BYTES);
          const length = writeRtpHeader(start, 0, { ...header, sequence: header.sequenceNumber + 0x30000, extension, transportSequence: 7 });
          const packet = Buffer.concat([start.subarray(0, length), payload]);
          expect(parseRtp(packet)).toEqual({ ...header, payload: Buffer.from(payload) });
        },
      ),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseRtp(Buffer.from(bytes))));
  });
});
