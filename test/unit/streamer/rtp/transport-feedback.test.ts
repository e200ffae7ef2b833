import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';
import { readTransportFeedback } from '../../../../streamer/rtp/transport-feedback.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** Length word, sender, media, base number, count, reference time and counter; then chunks and deltas, to a multiple of four. */
function feedback(first: number, count: number, reference: number, chunksAndDeltas: string): Buffer {
  const body = hex(chunksAndDeltas);
  const packet = Buffer.alloc(Math.ceil((20 + body.length) / 4) * 4);
  packet.writeUInt32BE(0x8fcd0000 + packet.length / 4 - 1, 0);
  packet.writeUInt16BE(first, 12);
  packet.writeUInt16BE(count, 14);
  packet.writeIntBE(reference, 16, 3);
  body.copy(packet, 20);
  return packet;
}
const arrivals = (packet: Buffer) => [...(readTransportFeedback(packet)?.arrivals ?? [])];

describe('transport-wide feedback', () => {
  it('reads runs of packets that came, one that came before the one before it, and some that did not', () => {
    // Three with small deltas, two lost, one with a large negative delta.
    expect(arrivals(feedback(65_534, 6, 10, '2003 0002 4001 04 08 0c fff0'))).toEqual([641, 643, 646, NaN, NaN, 642]);
    expect(readTransportFeedback(feedback(65_534, 6, 10, '2003 0002 4001 04 08 0c fff0'))?.first).toBe(65_534);
  });

  it('reads vectors of one bit and of two bits a packet, and no further than the count', () => {
    // 1 0 1 1 …: small deltas; then 10 01 00: large, small, none.
    expect(arrivals(feedback(1, 4, 0, 'ac00 04 04 04'))).toEqual([1, NaN, 2, 3]);
    expect(arrivals(feedback(1, 3, -1, 'e400 0400 04'))).toEqual([-64 + 256, -64 + 257, NaN]);
  });

  it('makes nothing of what is cut short, empty, or claims more than it holds', () => {
    const whole = feedback(1, 4, 0, 'ac00 04 04 04');
    for (let length = 0; length < 25; length++) expect(readTransportFeedback(whole.subarray(0, length))).toBeUndefined();
    expect(readTransportFeedback(feedback(1, 0, 0, ''))).toBeUndefined();
    expect(readTransportFeedback(feedback(1, 65_535, 0, '3fff'.repeat(8)))).toBeUndefined();
    expect(readTransportFeedback(feedback(1, 10, 0, '2000 2000 2000'))).toBeUndefined();
    expect(readTransportFeedback(feedback(1, 2, 0, '6002 0000'))).toBeUndefined();
  });

  it('is found in a compound packet', () => {
    expect(readRtcp(Buffer.concat([feedback(9, 2, 0, '2002 04 04'), hex('81ce00020000000000000007')]))).toEqual([
      { type: 'transport', feedback: { first: 9, arrivals: Float64Array.of(1, 2) } },
      { type: 'keyframe-request', ssrc: 7 },
    ]);
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 80 }), (bytes) => void readTransportFeedback(Buffer.from(bytes))));
    fc.assert(fc.property(fc.nat(65_535), fc.nat(65_535), fc.uint8Array({ maxLength: 60 }), (first, count, body) => void readTransportFeedback(feedback(first, count, 5, Buffer.from(body).toString('hex')))));
  });
});
