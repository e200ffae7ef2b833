import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatroskaError, MatroskaStream } from '../../../../../streamer/source/ffmpeg/matroska-stream.ts';
import type { EncodedFrame, Track } from '../../../../../streamer/source/source.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

function element(id: string, content: Buffer, { unknownSize = false } = {}): Buffer {
  const size = unknownSize ? hex('01ffffffffffffff') : hex((0x10000000 + content.length).toString(16));
  return Buffer.concat([hex(id), size, content]);
}

const trackEntry = (number: number, codec: string) => element('ae', Buffer.concat([element('d7', Buffer.from([number])), element('86', Buffer.from(codec)), element('536e', Buffer.from('a name'))]));
const simpleBlock = (track: number, relative: number, data: string) => element('a3', Buffer.concat([Buffer.from([0x80 | track, (relative >> 8) & 0xff, relative & 0xff, 0x80]), hex(data)]));
const cluster = (time: number, ...blocks: Buffer[]) => element('1f43b675', Buffer.concat([element('e7', hex(time.toString(16).padStart(8, '0'))), ...blocks]), { unknownSize: true });

const HEAD = Buffer.concat([
  element('1a45dfa3', element('4282', Buffer.from('matroska'))),
  hex('18538067 01ffffffffffffff'),
  element('ec', Buffer.alloc(50)),
  element('1654ae6b', Buffer.concat([trackEntry(1, 'V_VP8'), trackEntry(2, 'A_OPUS'), trackEntry(3, 'S_TEXT/UTF8')])),
]);
const BODY = Buffer.concat([
  cluster(0, simpleBlock(1, 7, '10aabb'), simpleBlock(2, 0, 'fc01')),
  cluster(1000, element('a0', Buffer.concat([element('a1', hex('81 fffb 00 11cc')), element('9b', Buffer.from([40]))])), simpleBlock(3, 0, '41'), simpleBlock(2, 20, 'fc02')),
]);

function read(chunks: readonly Buffer[]) {
  const tracks: (readonly Track[])[] = [];
  const frames: EncodedFrame[] = [];
  const stream = new MatroskaStream(
    (all) => tracks.push(all),
    (frame) => frames.push({ ...frame, data: Buffer.from(frame.data) }),
  );
  for (const chunk of chunks) stream.push(chunk);
  return { tracks, frames };
}

const EXPECTED = [
  { track: 1, kind: 'video', seconds: 0.007, keyframe: true, data: hex('10aabb') },
  { track: 2, kind: 'audio', seconds: 0, keyframe: true, data: hex('fc01') },
  { track: 1, kind: 'video', seconds: 0.995, keyframe: false, data: hex('11cc') },
  { track: 2, kind: 'audio', seconds: 1.02, keyframe: true, data: hex('fc02') },
];

describe('Matroska as a stream (RFC 9559)', () => {
  it('tells the tracks that it knows, then the frames with their times', () => {
    const { tracks, frames } = read([HEAD, BODY]);
    expect(tracks).toMatchObject([[{ kind: 'video', codec: { name: 'VP8' } }, { kind: 'audio', codec: { name: 'opus' } }]]);
    expect(frames).toEqual(EXPECTED);
  });

  it('does not care where the pipe cuts the bytes', () => {
    const all = Buffer.concat([HEAD, BODY]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: all.length - 1 }), { maxLength: 30 }), (cuts) => {
        const places = [0, ...[...new Set(cuts)].sort((a, b) => a - b), all.length];
        expect(read(places.slice(1).map((end, index) => all.subarray(places[index], end))).frames).toEqual(EXPECTED);
      }),
    );
    expect(read([...all].map((byte) => Buffer.from([byte]))).frames).toEqual(EXPECTED);
  });

  it('refuses what it cannot read rather than wait for ever', () => {
    expect(() => read([HEAD, element('a3', hex('81 0000 02 00'))])).toThrow(MatroskaError);
    expect(() => read([HEAD, element('a3', hex('81'))])).toThrow(MatroskaError);
    expect(() => read([hex('a3 08ffffffff')])).toThrow(MatroskaError);
    expect(() => read([hex('00')])).toThrow(MatroskaError);
    expect(() => read([hex('ec ff')])).toThrow(MatroskaError);
  });

  it('throws nothing but its own error, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        try {
          read([HEAD, ...chunks.map((chunk) => Buffer.from(chunk))]);
        } catch (error) {
          expect(error).toBeInstanceOf(MatroskaError);
        }
      }),
    );
  });
});
