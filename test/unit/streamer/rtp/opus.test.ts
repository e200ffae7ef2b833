import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opusSamples } from '../../../../streamer/rtp/opus.ts';

describe('Opus packets (RFC 6716 §3.1)', () => {
  it.each([
    ['CELT 20 ms, one frame', [0xfc], 960],
    ['CELT 2.5 ms, two frames', [0x81], 240],
    ['SILK 60 ms', [0x18], 2880],
    ['SILK 10 ms, two frames of different size', [0x02], 960],
    ['hybrid 20 ms', [0x68], 960],
    ['CELT 20 ms, six frames counted in the second byte', [0xfb, 0x06], 5760],
    ['more than 120 ms', [0xfb, 0x07], 0],
    ['nothing', [], 0],
  ])('%s', (_, bytes, samples) => expect(opusSamples(Uint8Array.from(bytes))).toBe(samples));

  it('never last longer than 120 ms', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => {
        expect(opusSamples(bytes)).toBeLessThanOrEqual(5760);
      }),
    );
  });
});
