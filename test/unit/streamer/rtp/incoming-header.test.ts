import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IncomingHeader } from '../../../../streamer/rtp/incoming-header.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (text: string) => {
  const header = new IncomingHeader();
  expect(header.read(hex(text))).toBe(true);
  return header;
};

describe('the header of a packet that comes (RFC 3550 §5.1, RFC 8285)', () => {
  it('is read, with contributing sources', () => {
    expect(read('a2 e0 0102 00000003 00000004 00000005 00000006 ffff')).toMatchObject({ marker: true, payloadType: 96, sequenceNumber: 0x102, timestamp: 3, ssrc: 4, padded: true, bytes: 20 });
  });

  it('finds elements of one byte and of two, past padding, and nothing behind the end mark', () => {
    const one = read('90 60 0001 00000000 00000001 bede 0003 30 61 00 51 0102 12 616263 f0 70 00');
    expect(one.bytes).toBe(28);
    expect(one.text(3)).toBe('a');
    expect(one.uint16(5)).toBe(0x102);
    expect(one.text(1)).toBe('abc');
    expect(one.byte(7)).toBe(-1);
    const two = read('90 60 0001 00000000 00000001 1000 0002 03 00 00 14 02 6869 00');
    expect(two.text(20)).toBe('hi');
    expect(two.text(3)).toBe('');
    expect(two.uint16(3)).toBe(-1);
    expect(two.text(undefined)).toBeUndefined();
  });

  it('takes nothing for RTP that is cut short, nor reads beyond an extension that lies', () => {
    const whole = hex('90 60 0001 00000000 00000001 bede 0002 3f616263 00000000');
    for (let length = 0; length < whole.length; length++) expect(new IncomingHeader().read(whole.subarray(0, length))).toBe(false);
    const header = new IncomingHeader();
    expect(header.read(whole)).toBe(true);
    expect(header.find(3)).toBe(-1);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 255 }), (bytes, id) => {
        const header = new IncomingHeader();
        bytes[0] = (bytes[0] ?? 0) & 0x3f | 0x80;
        if (header.read(Buffer.from(bytes))) header.text(id);
      }),
    );
  });
});
