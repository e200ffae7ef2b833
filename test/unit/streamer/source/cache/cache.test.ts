import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../shared/sip/index.ts';
import { EncodingCache, type EncodingCacheOptions } from '../../../../../streamer/source/cache/cache.ts';
import { identify } from '../../../../../streamer/source/cache/identity.ts';
import { Lock } from '../../../../../streamer/source/cache/lock.ts';
import { USUAL_AUDIO, USUAL_VIDEO } from '../../../../../streamer/source/ffmpeg/encodings.ts';
import { TranscodeError, type TranscodeFault, type TranscodeOptions } from '../../../../../streamer/source/ffmpeg/transcode.ts';

let folder: string;
let input: string;
const cacheFolder = () => join(folder, 'cache');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-cache-'));
  input = join(folder, 'My film.avi');
  await writeFile(input, 'pictures');
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes a kilobyte for each output, as an encoder would, after what `faults` says of its runs. */
function encoder(faults: readonly (TranscodeFault | undefined)[] = []) {
  const runs: TranscodeOptions[] = [];
  const transcode = async (options: TranscodeOptions) => {
    const fault = faults[runs.push(options) - 1];
    for (const { file } of options.outputs) await writeFile(file, Buffer.alloc(1024));
    options.onProgress(1);
    if (fault) throw new TranscodeError(fault, `fault: ${fault}`);
  };
  return { runs, transcode };
}

function cacheWith(options: Partial<EncodingCacheOptions>) {
  const notes: string[] = [];
  return { notes, cache: new EncodingCache({ folder: cacheFolder(), maxBytes: 1e9, ffmpeg: 'ffmpeg', clock: systemClock, note: (text) => notes.push(text), ...options }) };
}

const BOTH = { keepTimes: false, onProgress: () => undefined, encodings: [USUAL_VIDEO, USUAL_AUDIO] };

describe('the cache of encodings', () => {
  it('makes what is missing in one run, keeps it under a name that tells what it is, and finds it again', async () => {
    const { runs, transcode } = encoder();
    const { cache } = cacheWith({ transcode });
    const entries = await cache.obtain({ ...BOTH, input });
    expect(entries.map(({ isComplete }) => isComplete)).toEqual([false, false]);
    await Promise.all(entries.map(({ complete }) => complete));
    expect(entries.map(({ isComplete, file, final }) => [isComplete, file === final])).toEqual([[true, true], [true, true]]);
    expect((await readdir(cacheFolder())).sort().map((name) => name.replace(/-[0-9a-f]{16}-(\w+)-[0-9a-f]{12}/, '-<film>-$1-<settings>'))).toEqual(['My_film-<film>-VP8-<settings>.webm', 'My_film-<film>-opus-<settings>.webm']);
    const again = await cacheWith({ transcode }).cache.obtain({ ...BOTH, input });
    expect(again.every(({ isComplete }) => isComplete)).toBe(true);
    const other = await cacheWith({ transcode }).cache.obtain({ ...BOTH, input, encodings: [USUAL_AUDIO, { ...USUAL_VIDEO, maxHeight: 360 }] });
    await Promise.all(other.map(({ complete }) => complete));
    expect(runs.map(({ outputs }) => outputs.length)).toEqual([2, 1]);
  });

  it('encodes once where two start at the same time, and lets the second wait', async () => {
    const { runs, transcode } = encoder();
    const one = cacheWith({ transcode });
    const two = cacheWith({ transcode });
    const both = (await Promise.all([one, two].map(({ cache }) => cache.obtain({ ...BOTH, input })))).flat();
    await Promise.all(both.map(({ complete }) => complete));
    expect(runs.flatMap(({ outputs }) => outputs)).toHaveLength(2);
    expect((await readdir(cacheFolder())).filter((name) => !name.endsWith('.webm'))).toEqual([]);
  });

  it('tries once more when ffmpeg was killed, and then says so', async () => {
    const once = encoder(['killed']);
    const lucky = cacheWith({ transcode: once.transcode });
    await Promise.all((await lucky.cache.obtain({ ...BOTH, input })).map(({ complete }) => complete));
    expect(lucky.notes).toEqual([`fault: killed while it encoded ${input}: once more`]);
    const twice = encoder(['killed', 'killed']);
    const [entry] = await cacheWith({ folder: join(folder, 'other'), transcode: twice.transcode }).cache.obtain({ ...BOTH, input });
    await expect(entry?.complete).rejects.toMatchObject({ fault: 'killed' });
    expect(await readdir(join(folder, 'other'))).toEqual([]);
  });

  it.each(['disk-full', 'failed'] as const)('leaves nothing behind of what could not be made: %s', async (fault) => {
    const { runs, transcode } = encoder([fault]);
    const [entry] = await cacheWith({ transcode }).cache.obtain({ ...BOTH, input });
    await expect(entry?.complete).rejects.toMatchObject({ fault });
    expect(runs).toHaveLength(1);
    expect(await readdir(cacheFolder())).toEqual([]);
  });

  it('removes the oldest beyond its size, but nothing that it plays itself', async () => {
    const { transcode } = encoder();
    const films = await Promise.all(['a', 'b', 'c'].map(async (name) => {
      const file = join(folder, `${name}.avi`);
      await writeFile(file, name);
      return file;
    }));
    for (const [age, film] of films.entries()) {
      const [entry] = await cacheWith({ transcode }).cache.obtain({ ...BOTH, encodings: [USUAL_VIDEO], input: film });
      await entry?.complete;
      await utimes(entry?.final ?? '', new Date(1_000_000 * (age + 1)), new Date(1_000_000 * (age + 1)));
    }
    const { cache, notes } = cacheWith({ transcode, maxBytes: 2 * 1024 });
    const [used] = await cache.obtain({ ...BOTH, encodings: [USUAL_VIDEO], input: films[0] ?? '' });
    expect(used?.isComplete).toBe(true);
    const [made] = await cache.obtain({ ...BOTH, encodings: [USUAL_VIDEO], input });
    await made?.complete;
    expect((await readdir(cacheFolder())).map((name) => name.split('-')[0]).sort()).toEqual(['My_film', 'a']);
    expect(notes.join()).toMatch(/over its size: b-.*, c-/);
  });

  it('ends what it makes when it is closed', async () => {
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const transcode = ({ signal }: TranscodeOptions) => new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(new TranscodeError('killed', 'ended')));
      begun();
    });
    const { cache } = cacheWith({ transcode });
    const [entry] = await cache.obtain({ ...BOTH, input });
    await running;
    await cache.close();
    await expect(entry?.complete).rejects.toThrow('ended');
    expect(await readdir(cacheFolder())).toEqual([]);
  });

  it('says what the file system says where it cannot write', async () => {
    await writeFile(cacheFolder(), 'a file in its place');
    await expect(cacheWith({}).cache.obtain({ ...BOTH, input })).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});

describe('what a film is known by', () => {
  it('is another one for other content, size or time', async () => {
    const other = join(folder, 'other.avi');
    const before = await identify(input);
    await writeFile(other, 'pictured');
    const { atime, mtime } = await stat(input);
    await utimes(other, atime, mtime);
    expect(await identify(input)).toBe(before);
    expect(await identify(other)).not.toBe(before);
    await utimes(input, atime, new Date(mtime.getTime() + 2_000));
    expect(await identify(input)).not.toBe(before);
  });
});

describe('the lock between processes', () => {
  const file = () => join(folder, 'lock');
  const owner = (pid: number, host = hostname()) => JSON.stringify({ pid, host, token: 'of another' });

  it('is one process’s alone, until it lets go', async () => {
    const lock = await Lock.take(file(), systemClock);
    expect(lock).toBeDefined();
    expect(await Lock.take(file(), systemClock)).toBeUndefined();
    await lock?.release();
    const again = await Lock.take(file(), systemClock);
    expect(again).toBeDefined();
    await again?.release();
    expect(await readdir(folder)).not.toContain('lock');
  });

  it('of a process that is gone is taken over', async () => {
    await writeFile(file(), owner(2 ** 22 + 1));
    const lock = await Lock.take(file(), systemClock);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock?.release();
  });

  it('of another machine is taken over only when it was not touched for long', async () => {
    await writeFile(file(), owner(1, 'elsewhere'));
    expect(await Lock.take(file(), systemClock)).toBeUndefined();
    const long = new Date(Date.now() - 120_000);
    await utimes(file(), long, long);
    const lock = await Lock.take(file(), systemClock);
    expect(lock).toBeDefined();
    await lock?.release();
  });
});
