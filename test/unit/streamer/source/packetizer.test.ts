import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES, Packetizer } from '../../../../streamer/source/packetizer.ts';
import { AUDIO, picture, sound, VIDEO } from '../../../support/streamer/frames.ts';

describe('the packetizer', () => {
  it('cuts a picture into packets of one time, the last of them marked', () => {
    const packetizer = new Packetizer(VIDEO);
    packetizer.packetize(picture(0, { keyframe: true }));
    const frame = packetizer.packetize(picture(0.04, { bytes: 3000 }));
    expect(frame?.keyframe).toBe(false);
    expect(frame?.packets.map(({ index, frame: number, timestamp, marker }) => [index, number, timestamp, marker])).toEqual([
      [1, 1, 3600, false],
      [2, 1, 3600, false],
      [3, 1, 3600, true],
    ]);
  });

  it('gives sound a packet a frame, without marker, in 48 kHz', () => {
    const packetizer = new Packetizer(AUDIO);
    expect(packetizer.packetize(sound(0))?.packets).toMatchObject([{ index: 0, timestamp: 0, marker: false, payload: Buffer.from([0xfc, 1, 2, 3]) }]);
    expect(packetizer.packetize(sound(0.02))?.packets).toMatchObject([{ index: 1, timestamp: 960 }]);
  });

  it('takes sound for contiguous where the container only rounded its times', () => {
    const packetizer = new Packetizer(AUDIO);
    const times = [0, 0.021, 0.041, 0.061, 0.2, 0.219].map((seconds) => packetizer.packetize(sound(seconds))?.packets[0]?.timestamp);
    expect(times).toEqual([0, 960, 1920, 2880, 9600, 10_560]);
  });

  it('copies what it keeps, for a demuxer may use its buffer again', () => {
    const packetizer = new Packetizer(AUDIO);
    const frame = sound(0);
    const payload = packetizer.packetize(frame)?.packets[0]?.payload;
    frame.data.fill(0);
    expect(payload).toEqual(Buffer.from([0xfc, 1, 2, 3]));
  });

  it('passes over a frame without bytes', () => {
    expect(new Packetizer(VIDEO).packetize({ ...picture(0), data: Buffer.alloc(0) })).toBeUndefined();
  });

  it('numbers packets without gaps and never exceeds the limit of a payload', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 20 }), (sizes) => {
        const packetizer = new Packetizer(VIDEO);
        const packets = sizes.flatMap((bytes, index) => packetizer.packetize(picture(index / 25, { bytes }))?.packets ?? []);
        expect(packets.map(({ index }) => index)).toEqual(packets.map((_, index) => index));
        expect(packets.every(({ payload }) => payload.length <= MAX_PAYLOAD_BYTES)).toBe(true);
        expect(packets.filter(({ marker }) => marker)).toHaveLength(sizes.length);
        // Of one size except the last, so that one call sends them.
        for (const [index, { frame, payload }] of packets.entries()) {
          const next = packets[index + 1];
          if (next?.frame !== frame) continue;
          expect(next.payload.length, `packet ${index + 1}`)[next.marker ? 'toBeLessThanOrEqual' : 'toBe'](payload.length);
        }
      }),
    );
  });
});
