import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../../../streamer/source/file/container.ts';
import { merge } from '../../../../../streamer/source/file/merge.ts';

async function* samples(...seconds: readonly number[]): AsyncGenerator<Sample, void> {
  for (const each of seconds) yield { seconds: each, keyframe: true, data: Buffer.alloc(1) };
}

async function merged(video: readonly number[], audio: readonly number[]): Promise<[number, number][]> {
  const all: [number, number][] = [];
  const readers = [{ track: 0, kind: 'video' as const, samples: samples(...video) }, { track: 1, kind: 'audio' as const, samples: samples(...audio) }];
  for await (const { track, seconds } of merge(readers)) all.push([track, Math.round(seconds * 100) / 100]);
  return all;
}

describe('merging the tracks of a film', () => {
  it('gives all in order of time', async () => {
    expect(await merged([0, 0.04, 0.08], [0.01, 0.03])).toEqual([[0, 0], [1, 0.01], [1, 0.03], [0, 0.04], [0, 0.08]]);
  });

  it('goes on after the times of a film jump back, as where two recordings were joined or a counter wrapped', async () => {
    const all = await merged([100, 100.04, 0, 0.04, 0.08], [100, 100.04, 0, 0.04]);
    expect(all.filter(([track]) => track === 0).map(([, seconds]) => seconds)).toEqual([100, 100.04, 100.08, 100.12, 100.16]);
    expect(all.filter(([track]) => track === 1).map(([, seconds]) => seconds)).toEqual([100, 100.04, 100.08, 100.12]);
  });

  it('closes a gap in all tracks, and leaves one that other tracks fill', async () => {
    expect(await merged([0, 0.04, 3600, 3600.04], [0, 3600])).toEqual([[0, 0], [1, 0], [0, 0.04], [0, 0.08], [1, 0.08], [0, 0.12]]);
    expect((await merged([0, 5, 10, 15, 20], [0, 20])).at(-1)).toEqual([1, 20]);
  });

  it('lets go of its readers when nobody wants more', async () => {
    let closed = 0;
    async function* endless(): AsyncGenerator<Sample, void> {
      try {
        for (let seconds = 0; ; seconds++) yield { seconds, keyframe: true, data: Buffer.alloc(1) };
      } finally {
        closed++;
      }
    }
    for await (const { seconds } of merge([{ track: 0, kind: 'video', samples: endless() }, { track: 1, kind: 'audio', samples: endless() }])) if (seconds > 3) break;
    expect(closed).toBe(2);
  });
});
