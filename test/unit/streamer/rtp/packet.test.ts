import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtp, RTP_HEADER_BYTES, writeRtpHeader } from '../../../../streamer/rtp/packet.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('RTP packets (RFC 3550 §5.1)', () => {
  it('writes the header of the RFC’s figure', () => {
    const header = Buffer.alloc(RTP_HEADER_BYTES);
    writeRtpHeader(header, { marker: true, payloadType: 96, sequenceNumber: 0x1234, timestamp: 0xdecafbad, ssrc: 0xcafebabe });
    expect(header.toString('hex')).toBe('80e01234decafbadcafebabe');
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
        (header, payload) => {
          const packet = Buffer.concat([Buffer.alloc(RTP_HEADER_BYTES), payload]);
          writeRtpHeader(packet, header);
          expect(parseRtp(packet)).toEqual({ ...header, payload: Buffer.from(payload) });
        },
      ),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseRtp(Buffer.from(bytes))));
  });
});
