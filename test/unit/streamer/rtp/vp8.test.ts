import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVp8Keyframe, packetizeVp8, parseVp8Payload } from '../../../../streamer/rtp/vp8.ts';

describe('VP8 payloads (RFC 7741)', () => {
  it('puts a small frame into one payload: descriptor 0x10, then the frame', () => {
    expect(packetizeVp8(Buffer.from('9d012a', 'hex'), 1180).map((payload) => payload.toString('hex'))).toEqual(['109d012a']);
  });

  it('marks only the first piece as the start of the frame, and cuts into one size, the last smaller', () => {
    const payloads = packetizeVp8(Buffer.alloc(2500, 7), 1180);
    expect(payloads.map((payload) => payload[0])).toEqual([0x10, 0, 0]);
    expect(payloads.map((payload) => payload.length)).toEqual([835, 835, 833]);
  });

  it('refuses an empty frame, and payloads without room', () => {
    expect(() => packetizeVp8(Buffer.alloc(0), 1180)).toThrow(RangeError);
    expect(() => packetizeVp8(Buffer.alloc(5), 1)).toThrow(RangeError);
  });

  it('loses nothing, and never exceeds the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5000 }), fc.integer({ min: 2, max: 1200 }), (frame, limit) => {
        const payloads = packetizeVp8(frame, limit);
        expect(payloads.every((payload) => payload.length > 1 && payload.length <= limit)).toBe(true);
        const parsed = payloads.map(parseVp8Payload);
        expect(parsed.map((piece) => piece?.startsFrame)).toEqual(payloads.map((_, index) => index === 0));
        expect(Buffer.concat(parsed.map((piece) => piece?.data ?? Buffer.alloc(0)))).toEqual(Buffer.from(frame));
        expect(parsed[0]?.keyframe).toBe(isVp8Keyframe(frame));
      }),
    );
  });

  it.each([
    ['all extensions, picture identifier of two bytes', 'f0f08001020340', true],
    ['a one-byte picture identifier', '908012aa', true],
    ['temporal layer only', '902040ab', false],
    ['no extension, the second partition', '1100', undefined],
  ])('reads a descriptor with %s', (_, payload, keyframe) => {
    const parsed = parseVp8Payload(Buffer.from(payload, 'hex'));
    if (keyframe === undefined) expect(parsed?.startsFrame).toBe(false);
    else expect(parsed).toMatchObject({ startsFrame: true, keyframe });
  });

  it('takes a descriptor without a frame for malformed, and never throws', () => {
    expect(parseVp8Payload(Buffer.from('90f08001', 'hex'))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 10 }), (bytes) => void parseVp8Payload(bytes)));
  });
});
