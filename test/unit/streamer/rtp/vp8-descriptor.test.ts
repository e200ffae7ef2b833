import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsFrame, keyframeHeight, readVp8Descriptor, unwrapBits, writeVp8Descriptor, writtenBytes } from '../../../../streamer/rtp/vp8-descriptor.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe("VP8's payload descriptor (RFC 7741 §4.2)", () => {
  it('is read in each of its forms', () => {
    expect(readVp8Descriptor(hex('10 ff'))).toEqual({ bytes: 1, first: 0x10, pictureId: -1, pictureIdBits: 0, tl0: -1, layer: -1, layerFlags: 0 });
    expect(readVp8Descriptor(hex('90 80 7f ff'))).toMatchObject({ bytes: 3, pictureId: 127, pictureIdBits: 7 });
    expect(readVp8Descriptor(hex('90 f0 81 02 ff 65 00'))).toEqual({ bytes: 6, first: 0x90, pictureId: 258, pictureIdBits: 15, tl0: 255, layer: 0x65, layerFlags: 0x30 });
    expect(beginsFrame({ first: 0x90 })).toBe(true);
    expect(beginsFrame({ first: 0x91 })).toBe(false);
    expect(beginsFrame({ first: 0x80 })).toBe(false);
  });

  it('is none where nothing follows it', () => {
    for (const short of ['', '10', '90', '90 80', '90 80 81 02', '90 f0 81 02 ff 65']) expect(readVp8Descriptor(hex(short))).toBeUndefined();
  });

  it('comes out as it went in, but for the numbers', () => {
    const fields = fc.record({ first: fc.constantFrom(0x00, 0x10, 0x30, 0x11), pictureId: fc.integer({ min: -1, max: 0x7fff }), tl0: fc.integer({ min: -1, max: 255 }), layer: fc.integer({ min: -1, max: 255 }), moved: fc.integer({ min: 0, max: 200_000 }) });
    fc.assert(
      fc.property(fields, ({ first, pictureId, tl0, layer, moved }) => {
        const descriptor = { bytes: 0, first, pictureId, pictureIdBits: 15, tl0, layer, layerFlags: layer < 0 ? 0 : 0x30 };
        const target = new Uint8Array(writtenBytes(descriptor));
        writeVp8Descriptor(target, descriptor, pictureId + moved, tl0 + moved);
        const read = readVp8Descriptor(Buffer.concat([target, Buffer.from([1])]));
        expect(read?.bytes).toBe(target.length);
        expect(read?.pictureId).toBe(pictureId < 0 ? -1 : (pictureId + moved) & 0x7fff);
        expect(read?.tl0).toBe(tl0 < 0 ? -1 : (tl0 + moved) & 0xff);
        expect(read?.layer).toBe(layer);
        expect((read?.first ?? 0) & 0x7f).toBe(first);
      }),
    );
  });

  it('counts on where its numbers wrap', () => {
    expect(unwrapBits(0, 7, 127)).toBe(128);
    expect(unwrapBits(127, 7, 128)).toBe(127);
    expect(unwrapBits(3, 15, 32_770)).toBe(32_771);
  });

  it('tells the height of a keyframe', () => {
    expect(keyframeHeight(hex('10 02 00 9d 01 2a 80 02 68 41'))).toBe(0x168);
    expect(keyframeHeight(hex('10 02 00 9d'))).toBeUndefined();
  });
});
