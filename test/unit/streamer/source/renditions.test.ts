import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { planFor } from '../../../../streamer/source/encoded-film.ts';
import { parseRenditions, renditionsOf } from '../../../../streamer/source/renditions.ts';

const names = (wanted: ReturnType<typeof renditionsOf>) => wanted.map(({ rendition }) => rendition?.name);

describe('renditions', () => {
  it.each([
    ['auto', 'auto'],
    ['720p,360p', [720, 360]],
    [' 180p , 360p,180p', [360, 180]],
  ])('are asked for as %s', (text, expected) => {
    expect(parseRenditions(text)).toEqual(expected);
  });

  it.each(['', '720', '720p,', '721p', '80p', '4320p', 'auto,720p', '720p,480p,360p,240p,180p', 'big'])('are not understood as %s', (text) => {
    expect(() => parseRenditions(text)).toThrow(UsageError);
  });

  it('are none larger than the picture, which stands in for those that would be', () => {
    expect(names(renditionsOf('auto', { width: 1920, height: 1080 }))).toEqual(['720p', '360p', '180p']);
    expect(names(renditionsOf('auto', { width: 640, height: 480 }))).toEqual(['480p', '360p', '180p']);
    expect(names(renditionsOf('auto', { width: 160, height: 121 }))).toEqual(['120p']);
    expect(names(renditionsOf([720, 360], { width: 1280, height: 720 }))).toEqual(['720p', '360p']);
    expect(names(renditionsOf([360, 180], undefined))).toEqual(['360p', '180p']);
  });

  it('cost more a pixel the smaller they are, and keep the picture’s shape', () => {
    const [best, next] = renditionsOf([720, 360], { width: 960, height: 720 });
    expect(best).toMatchObject({ id: 0, encoding: { codec: 'VP8', maxHeight: 720, bitsPerSecond: 1_500_000 }, rendition: { name: '720p', width: 960, height: 720, bitsPerSecond: 1_500_000 } });
    expect(next).toMatchObject({ encoding: { maxHeight: 360, bitsPerSecond: 530_000 }, rendition: { width: 480, height: 360 } });
    const ids = renditionsOf('auto', undefined).map(({ id }) => id);
    expect(new Set([...ids, 1, 2]).size).toBe(ids.length + 2);
  });

  it('take the place of the picture, whatever it was, and leave the sound alone', () => {
    const plan = planFor(undefined, { video: true, audio: true }, renditionsOf([360, 180], undefined));
    expect(plan.wanted.map(({ encoding }) => encoding.kind)).toEqual(['video', 'video', 'audio']);
    expect(planFor(undefined, { video: false, audio: true }, renditionsOf([360], undefined)).wanted).toHaveLength(1);
  });
});
