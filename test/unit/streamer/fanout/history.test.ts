import { describe, expect, it } from 'vitest';
import { TrackHistory } from '../../../../streamer/fanout/history.ts';
import { Packetizer } from '../../../../streamer/source/packetizer.ts';
import { picture, VIDEO } from '../../../support/streamer/frames.ts';

function filled(frames: number, keyframeEach: number, bytes = 100): TrackHistory {
  const history = new TrackHistory(0);
  const packetizer = new Packetizer(VIDEO);
  for (let index = 0; index < frames; index++) {
    const frame = packetizer.packetize(picture(index / 25, { keyframe: index % keyframeEach === 0, bytes }));
    if (frame) history.add(frame);
  }
  return history;
}

describe('the history of a track', () => {
  it('is empty at first', () => {
    const history = new TrackHistory(0);
    expect([history.next, history.latest, history.keyframe, history.get(0)]).toEqual([0, undefined, undefined, undefined]);
  });

  it('knows where the latest keyframe began', () => {
    const history = filled(60, 25, 3000);
    expect(history.keyframe).toMatchObject({ frame: 50, index: 150 });
    expect(history.latest).toMatchObject({ frame: 59, index: 179 });
    expect(history.next).toBe(180);
  });

  it('finds packets until they are too old, and never another in their place', () => {
    const history = filled(3000, 25);
    expect(history.get(2999)?.index).toBe(2999);
    expect(history.get(952)?.index).toBe(952);
    expect(history.get(951)).toBeUndefined();
    expect(history.get(3000)).toBeUndefined();
  });

  it('offers no keyframe that lies too far back to catch up on', () => {
    expect(filled(1024, 10_000).keyframe).toMatchObject({ index: 0 });
    expect(filled(1025, 10_000).keyframe).toBeUndefined();
  });
});
