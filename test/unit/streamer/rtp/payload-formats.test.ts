import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAv1Keyframe, leb128, packetizeAv1, readLeb128 } from '../../../../streamer/rtp/av1.ts';
import { isH264Discardable, isH264Keyframe, joinNalUnits, nalUnits, packetizeH264 } from '../../../../streamer/rtp/h264.ts';
import { PAYLOAD_FORMATS } from '../../../../streamer/rtp/payload-format.ts';
import { isVp8Discardable } from '../../../../streamer/rtp/vp8-header.ts';
import { isVp9Discardable, isVp9Keyframe, packetizeVp9 } from '../../../../streamer/rtp/vp9.ts';
import { depacketizeAv1, depacketizeH264 } from '../../../support/media/depacketize.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('VP9 payloads (RFC 9628)', () => {
  const key = hex('82498342 00');
  const inter = hex('8600000000');

  it('begin with a descriptor of one byte: P for pictures that refer to others, B and E at the ends of the frame', () => {
    expect(packetizeVp9(key, 1160).map((payload) => payload[0])).toEqual([0x08 | 0x04]);
    expect(packetizeVp9(Buffer.concat([inter, Buffer.alloc(2500)]), 1160).map((payload) => payload[0])).toEqual([0x40 | 0x08, 0x40, 0x40 | 0x04]);
  });

  it('tell keyframes, also of profile 3, and not frames that are only shown again', () => {
    expect([key, inter, hex('88'), hex('b100'), hex('')].map(isVp9Keyframe)).toEqual([true, false, false, true, false]);
  });

  it('refuse an empty frame, and payloads without room', () => {
    expect(() => packetizeVp9(Buffer.alloc(0), 1160)).toThrow(RangeError);
    expect(() => packetizeVp9(key, 1)).toThrow(RangeError);
  });
});

describe('H.264 payloads (RFC 6184, packetization mode 1)', () => {
  const sps = hex('6742c01f8c');
  const pps = hex('68ce3c80');
  const sei = hex('0605ff');
  const idr = Buffer.concat([hex('65'), Buffer.alloc(2500, 0x11)]);
  const access = joinNalUnits([hex('0910'), sps, pps, sei, idr]);

  it('put parameter sets into one STAP-A, and a large slice into FU-A fragments; delimiters and SEI are left out', () => {
    const payloads = packetizeH264(access, 1160);
    expect(payloads[0]?.toString('hex')).toBe('78 0005 6742c01f8c 0004 68ce3c80'.replaceAll(' ', ''));
    expect(payloads.slice(1).map((payload) => payload.subarray(0, 2).toString('hex'))).toEqual(['7c85', '7c05', '7c45']);
    expect(payloads.slice(1).map(({ length }) => length)).toEqual([836, 836, 834]);
    expect(depacketizeH264(payloads)).toEqual(Buffer.concat([sps, pps, idr].flatMap((unit) => [hex('00000001'), unit])));
  });

  it('leave a slice that fits as it is', () => {
    expect(packetizeH264(joinNalUnits([hex('41aabb')]), 1160)).toEqual([hex('41aabb')]);
  });

  it('take only an IDR picture for a keyframe, and only what nothing refers to for discardable', () => {
    expect([access, joinNalUnits([hex('41aa')]), joinNalUnits([sps, hex('61aa')])].map(isH264Keyframe)).toEqual([true, false, false]);
    expect([access, joinNalUnits([hex('01aa'), hex('01bb')]), joinNalUnits([hex('01aa'), hex('41bb')]), joinNalUnits([sei])].map(isH264Discardable)).toEqual([false, true, false, false]);
  });

  it('do not believe a length that points beyond the frame', () => {
    expect([...nalUnits(hex('00000002 41aa 000000ff 41'))]).toEqual([hex('41aa')]);
    expect(packetizeH264(hex('ffffffff41'), 1160)).toEqual([]);
  });

  it('lose nothing, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 4000 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 50, max: 1200 }), (sizes, limit) => {
        const units = sizes.map((size) => Buffer.concat([hex('41'), Buffer.alloc(size - 1, size)]));
        const payloads = packetizeH264(joinNalUnits(units), limit);
        expect(payloads.every(({ length }) => length <= limit)).toBe(true);
        expect(depacketizeH264(payloads)).toEqual(Buffer.concat(units.flatMap((unit) => [hex('00000001'), unit])));
      }),
    );
  });
});

describe('AV1 payloads', () => {
  /** An OBU in the low-overhead format. */
  const obu = (type: number, payload: Buffer) => Buffer.concat([Buffer.from([(type << 3) | 0x02]), leb128(payload.length), payload]);
  const sequence = obu(1, hex('0a0b0c'));
  const frame = (bytes: number, first = 0x10) => obu(6, Buffer.concat([Buffer.from([first]), Buffer.alloc(bytes - 1, 0x77)]));
  const delimiter = obu(2, Buffer.alloc(0));

  it('hold OBUs without delimiter and size fields, the last of a packet without length; N where a sequence begins', () => {
    const [payload] = packetizeAv1(Buffer.concat([delimiter, sequence, frame(4)]), 1160);
    expect(payload?.toString('hex')).toBe('28 04 08 0a0b0c 30 10777777'.replaceAll(' ', ''));
    expect(packetizeAv1(Buffer.concat([delimiter, frame(2, 0x30)]), 1160).map((each) => each.toString('hex'))).toEqual(['10303077']);
  });

  it('continue an OBU over packets of one size: Y where it goes on, Z where it comes from before', () => {
    const payloads = packetizeAv1(Buffer.concat([delimiter, sequence, frame(3000)]), 1160);
    expect(payloads.map((payload) => (payload[0] ?? 0) & 0xf8)).toEqual([0x68, 0xd0, 0x90]);
    expect(new Set(payloads.slice(0, -1).map(({ length }) => length)).size).toBe(1);
  });

  it('tell keyframes', () => {
    expect([frame(4), Buffer.concat([delimiter, sequence, frame(4)]), frame(4, 0x30), frame(4, 0x90), Buffer.alloc(0)].map(isAv1Keyframe)).toEqual([true, true, false, false, false]);
  });

  it('lose nothing, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 20, max: 1200 }), (sizes, limit) => {
        const unit = Buffer.concat([delimiter, ...sizes.map((size) => frame(size))]);
        const payloads = packetizeAv1(unit, limit);
        expect(payloads.every(({ length }) => length > 1 && length <= limit)).toBe(true);
        expect(depacketizeAv1(payloads)).toEqual(unit);
      }),
    );
  });

  it('read numbers that they wrote', () => {
    fc.assert(fc.property(fc.nat(), (value) => {
      expect(readLeb128(leb128(value), 0)).toEqual({ value, length: leb128(value).length });
    }));
    expect(readLeb128(hex('80'), 0)).toBeUndefined();
  });
});

describe('whatever bytes come', () => {
  it('no format throws anything but RangeError for an empty frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        for (const format of Object.values(PAYLOAD_FORMATS)) {
          format.isKeyframe(bytes);
          format.isDiscardable(bytes);
          format.packetize(bytes, 20);
        }
        return true;
      }),
    );
  });

  it('a frame too short to be read is not discardable', () => {
    expect([isVp8Discardable(hex('11')), isVp9Discardable(hex('8700'))]).toEqual([false, false]);
  });
});
