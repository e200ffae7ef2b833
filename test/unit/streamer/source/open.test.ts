import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../../../shared/cli/version.ts';
import { openSource } from '../../../../streamer/source/open.ts';
import { InputError } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');
const NO_FFMPEG = { PATH: '/nowhere' };

function open(input: string, ffmpeg?: string) {
  return openSource({ input, ffmpeg, environment: NO_FFMPEG, clock: new VirtualClock(), random: () => 0.5, warn: () => undefined });
}

describe('opening an input on a machine without ffmpeg', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sipcast-open-'));
    const sample = await readFile(SAMPLE);
    await mkdir(at('sub'));
    await writeFile(at('sub/readme.txt'), 'no film');
    await writeFile(at('empty.webm'), '');
    await writeFile(at('notes.txt'), 'no film');
    await writeFile(at('half.webm'), sample.subarray(0, sample.length / 2));
    await writeFile(at('head.webm'), sample.subarray(0, 300));
    await writeFile(at('garbled.webm'), Buffer.concat([sample.subarray(0, 2000), Buffer.alloc(50_000, 0x5a)]));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('plays the sample clip as it is', async () => {
    const { source, how } = await open(SAMPLE);
    expect(source.tracks.map(({ codec }) => codec.name)).toEqual(['VP8', 'opus']);
    expect(how).toBe('played as it is, without an encoder');
    await source.stop();
  });

  it('plays what there is of a truncated file', async () => {
    const { source } = await open(at('half.webm'));
    expect(source.tracks).toHaveLength(2);
    await source.stop();
  });

  it.each([
    ['a missing file', 'missing.webm', /There is no file .*missing\.webm$/],
    ['an empty file', 'empty.webm', /is empty$/],
    ['a folder without films', 'sub', /holds no films$/],
    ['what is no film', 'notes.txt', /needs ffmpeg, and none was found: install it \(apt install ffmpeg/],
    ['a file that ends after its head', 'head.webm', /needs ffmpeg/],
    ['a file that is garbled', 'garbled.webm', /needs ffmpeg/],
  ])('refuses %s in one line', async (_, name, message) => {
    const error = await open(at(name)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('says what to install for a live input', async () => {
    await expect(open('test')).rejects.toThrow(/--source test needs ffmpeg, and none was found: install it/);
    await expect(open('rtsp://127.0.0.1/camera')).rejects.toThrow(/needs ffmpeg/);
  });

  it('refuses an --ffmpeg that is not there', async () => {
    await expect(open('test', '/nowhere/ffmpeg')).rejects.toThrow('There is no ffmpeg that can be run at /nowhere/ffmpeg');
  });
});
