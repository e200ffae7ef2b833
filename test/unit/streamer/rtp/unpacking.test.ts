import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leb128 } from '../../../../streamer/rtp/av1.ts';
import { joinNalUnits, parameterSets } from '../../../../streamer/rtp/h264.ts';
import { PAYLOAD_FORMATS } from '../../../../streamer/rtp/payload-format.ts';
import { UNPACKING } from '../../../../streamer/rtp/unpacking.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const sizes = fc.array(fc.integer({ min: 3, max: 3000 }), { minLength: 1, maxLength: 5 });
const limits = fc.integer({ min: 20, max: 1200 });

const obu = (bytes: number): Buffer => Buffer.concat([hex('32'), leb128(bytes), hex('10'), Buffer.alloc(bytes - 1, 7)]);
const FRAMES = {
  VP8: (bytes: number[]) => Buffer.concat([hex('11'), ...bytes.map((size) => Buffer.alloc(size, size))]),
  VP9: (bytes: number[]) => Buffer.concat([hex('8600000000'), ...bytes.map((size) => Buffer.alloc(size, size))]),
  H264: (bytes: number[]) => joinNalUnits(bytes.map((size) => Buffer.concat([hex('41'), Buffer.alloc(size - 1, size)]))),
  AV1: (bytes: number[]) => Buffer.concat(bytes.map(obu)),
} as const;

describe('taking frames out of RTP payloads', () => {
  it.each(Object.keys(FRAMES) as (keyof typeof FRAMES)[])('gives back what was packed, and nothing when a piece is missing in its middle (%s)', (codec) => {
    fc.assert(
      fc.property(sizes, limits, (bytes, limit) => {
        const frame = FRAMES[codec](bytes);
        const payloads = PAYLOAD_FORMATS[codec].packetize(frame, limit);
        expect(UNPACKING[codec].join(payloads)?.equals(frame)).toBe(true);
        expect(payloads[0] && UNPACKING[codec].starts(payloads[0])).toBe(true);
      }),
    );
  });

  it('takes no fragment without its beginning or its end for a frame (H.264, AV1)', () => {
    for (const codec of ['H264', 'AV1'] as const) {
      const payloads = PAYLOAD_FORMATS[codec].packetize(FRAMES[codec]([3000]), 1160);
      expect(payloads).toHaveLength(3);
      expect([UNPACKING[codec].join(payloads.slice(1)), UNPACKING[codec].join(payloads.slice(0, -1)), UNPACKING[codec].join([])]).toEqual([undefined, undefined, undefined]);
      expect(payloads.slice(1).map((payload) => UNPACKING[codec].starts(payload))).toEqual([false, false]);
    }
  });

  it('reads descriptors as browsers write them: picture numbers, layers, references and their structure', () => {
    expect(UNPACKING.VP8.join([hex('90e0 8123 05 40 10aa'), hex('80e0 8123 05 40 bb')])?.toString('hex')).toBe('10aabb');
    // VP9: I P F B E with two references; and I F B E with a structure of one layer, its size and one picture of one reference.
    expect(UNPACKING.VP9.join([hex('dc 8123 03 04 86aa')])?.toString('hex')).toBe('86aa');
    expect(UNPACKING.VP9.join([hex('9e 8123 18 0140 00b4 01 04 01 8249')])?.toString('hex')).toBe('8249');
    // Non-flexible with layers: the layer's byte and the number of its lowest frame.
    expect(UNPACKING.VP9.join([hex('ac 05 00 07 82')])?.toString('hex')).toBe('82');
  });

  it('keeps parameter sets apart, also out of a STAP-A', () => {
    const frame = UNPACKING.H264.join([hex('78 0005 6742c01f8c 0004 68ce3c80'), hex('65aa')]);
    expect(frame).toEqual(joinNalUnits([hex('6742c01f8c'), hex('68ce3c80'), hex('65aa')]));
    expect(frame && parameterSets(frame)).toEqual(joinNalUnits([hex('6742c01f8c'), hex('68ce3c80')]));
  });

  it('throws nothing, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }), (payloads) => {
        for (const { starts, join } of Object.values(UNPACKING)) {
          const buffers = payloads.map((bytes) => Buffer.from(bytes));
          for (const buffer of buffers) starts(buffer);
          join(buffers);
        }
        return true;
      }),
    );
  });
});
