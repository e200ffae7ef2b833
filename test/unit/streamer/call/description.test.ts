import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { packageFolder } from '../../../../shared/cli/version.ts';
import { describe as describeStreamer, nameOfInput, readSidecar } from '../../../../streamer/call/description.ts';
import { AUDIO, VIDEO } from '../../../support/streamer/frames.ts';

describe('what a streamer tells of itself (seed 4.18)', () => {
  it('is decided by the command line first, then by the file beside the film, then by the name', () => {
    const texts = [{ title: 'Mine' }, { title: 'Theirs', description: 'Of the sidecar' }, { title: 'name', image: '/i.png' }];
    expect(describeStreamer({ tracks: [VIDEO, AUDIO], mode: 'live' }, ...texts)).toEqual({ title: 'Mine', description: 'Of the sidecar', image: '/i.png', codecs: { audio: ['opus'], video: ['VP8'] } });
    expect(describeStreamer({ tracks: [AUDIO], mode: 'live' }).codecs).toEqual({ audio: ['opus'], video: [] });
  });

  it('says that it plays on demand, and in which qualities, where it does', () => {
    const rendition = (name: string, id: number) => ({ ...VIDEO, id, rendition: { name, width: 640, height: 360, bitsPerSecond: 1 } });
    expect(describeStreamer({ tracks: [rendition('720p', 5), rendition('360p', 6), AUDIO], mode: 'vod' })).toMatchObject({ mode: 'vod', renditions: ['720p', '360p'], codecs: { video: ['VP8'] } });
    expect(describeStreamer({ tracks: [rendition('720p', 5), AUDIO], mode: 'live' })).not.toHaveProperty('renditions');
  });

  it('has limits, for it travels in one datagram', () => {
    expect(() => describeStreamer({ tracks: [VIDEO], mode: 'live' }, { title: 'x'.repeat(81) })).toThrow(UsageError);
    expect(() => describeStreamer({ tracks: [VIDEO], mode: 'live' }, { description: 'é'.repeat(301) })).toThrow(/--description has more than 300 characters/);
    expect(describeStreamer({ tracks: [VIDEO], mode: 'live' }, { title: '🎬'.repeat(80) }).title).toHaveLength(160);
  });

  it.each([
    ['data/sample.webm', 'sample'],
    ['/films/My film.final.mp4', 'My film.final'],
    ['.webm', '.webm'],
    ['test', 'test'],
    ['rtsp://camera/1', '1'],
  ])('calls %s by the name %s', (input, name) => expect(nameOfInput(input)).toBe(name));

  it('is read from the sample clip’s own file', async () => {
    const texts = await readSidecar(join(packageFolder(), 'data/sample.webm'));
    expect(texts).toMatchObject({ title: 'The sipcast clock', image: '/images/sample.webp' });
  });

  it('passes over a sidecar that is missing, of other types or too long, and refuses one that is no JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sipcast-sidecar-'));
    await writeFile(join(folder, 'odd.json'), '{"title": 5, "image": "/i.png"}');
    await writeFile(join(folder, 'list.json'), '[]');
    await writeFile(join(folder, 'huge.json'), JSON.stringify({ title: 'x'.repeat(70_000) }));
    await writeFile(join(folder, 'broken.json'), '{');
    expect(await readSidecar(join(folder, 'none.webm'))).toEqual({});
    expect(await readSidecar(join(folder, 'odd.webm'))).toEqual({ title: undefined, description: undefined, image: '/i.png' });
    expect((await readSidecar(join(folder, 'list.webm'))).title).toBeUndefined();
    expect(await readSidecar(join(folder, 'huge.webm'))).toEqual({});
    await expect(readSidecar(join(folder, 'broken.webm'))).rejects.toThrow(UsageError);
    await rm(folder, { recursive: true });
  });
});
