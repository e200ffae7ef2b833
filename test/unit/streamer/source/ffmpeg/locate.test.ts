import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from '../../../../../streamer/source/ffmpeg/locate.ts';
import { InputError } from '../../../../../streamer/source/source.ts';

describe('finding ffmpeg', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sipcast-locate-'));
    program = join(folder, 'ffmpeg');
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    await writeFile(join(folder, 'text'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes the one that is named before any other', async () => {
    expect(await locateFfmpeg(program, { PATH: '/usr/bin', FFMPEG_PATH: '/elsewhere' })).toBe(program);
    expect(await locateFfmpeg(undefined, { PATH: '/usr/bin', FFMPEG_PATH: program })).toBe(program);
  });

  it('finds a bare name on the PATH', async () => {
    expect(await locateFfmpeg('ffmpeg', { PATH: `/nowhere:${folder}` })).toBe(program);
  });

  it('falls back on the PATH where the package’s binary was not downloaded', async () => {
    expect(await locateFfmpeg(undefined, { PATH: `/nowhere:${folder}` })).toBe(program);
  });

  it('says so when the named one cannot be run', async () => {
    await expect(locateFfmpeg('/nowhere/ffmpeg', {})).rejects.toThrow(InputError);
    await expect(locateFfmpeg(join(folder, 'text'), {})).rejects.toThrow(/no ffmpeg that can be run/);
  });

  it('is undefined when there is none', async () => {
    expect(await locateFfmpeg(undefined, { PATH: '/nowhere' })).toBeUndefined();
  });
});
