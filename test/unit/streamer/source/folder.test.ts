import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filmsIn, Folder } from '../../../../streamer/source/folder.ts';
import { InputError, VP8, type EncodedFrame } from '../../../../streamer/source/source.ts';
import { picture } from '../../../support/streamer/frames.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const add = (...names: readonly string[]) => Promise.all(names.map((name) => writeFile(join(folder, name), '')));

/** Films of three pictures, each 40 ms; the names of those that break or cannot be opened say so. */
function setUp() {
  const events: string[] = [];
  const open = async (file: string) => {
    const name = basename(file);
    events.push(`open ${name}`);
    if (name.includes('missing')) throw new Error('nothing in it');
    async function* frames(): AsyncGenerator<EncodedFrame, void> {
      for (let index = 0; index < 3; index++) {
        if (name.includes('broken') && index === 1) throw new Error('the disk is gone');
        yield picture(index * 0.04, { keyframe: index === 0 });
      }
    }
    return { frames, close: () => void events.push(`close ${name}`) };
  };
  const played = new Folder({ folder, picture: VP8, open, note: (text) => events.push(text), warn: (text) => events.push(`warning: ${basename(text)}`) });
  return { events, played };
}

async function take(frames: AsyncGenerator<EncodedFrame, void>, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for await (const frame of frames) if (seconds.push(Math.round(frame.seconds * 100) / 100) >= count) break;
  return seconds;
}

describe('a folder of films', () => {
  it('is listed in the order of numbers and letters, without what is no film', async () => {
    await add('film 10.mkv', 'film 9.WEBM', 'notes.txt', 'poster.jpg', '.hidden.mp4', 'another.avi', 'film.json');
    await mkdir(join(folder, 'more.mp4'));
    expect((await filmsIn(folder)).map((file) => basename(file))).toEqual(['another.avi', 'film 9.WEBM', 'film 10.mkv']);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await expect(filmsIn(folder)).rejects.toThrow(InputError);
  });

  it('plays one after the other and from the first again, opening the next one while a film plays', async () => {
    await add('a.webm', 'b.webm');
    const { played, events } = setUp();
    expect(await take(played.frames(), 9)).toEqual([0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32]);
    const name = basename(folder);
    expect(events.slice(0, 6)).toEqual(['open a.webm', 'open b.webm', `${name}: now a`, 'close a.webm', `${name}: now b`, 'close b.webm']);
  });

  it('passes over what cannot be opened or read on, and says so', async () => {
    await add('a-missing.webm', 'b-broken.webm', 'c.webm');
    const { played, events } = setUp();
    expect(await take(played.frames(), 4)).toEqual([0, 0.04, 0.08, 0.12]);
    expect(events.filter((text) => text.startsWith('warning'))).toEqual(['warning: a-missing.webm is passed over: nothing in it', 'warning: b-broken.webm cannot be played on: the disk is gone']);
  });

  it('takes films that are added from the next round on', async () => {
    await add('a.webm');
    const { played, events } = setUp();
    const frames = played.frames();
    await frames.next();
    await add('b.webm');
    for (let count = 0; count < 2; count++) await frames.next();
    expect(events).not.toContain('open b.webm');
    await frames.next();
    expect(events).toContain('open b.webm');
    await frames.return();
  });

  it('rests where not one can be played, and ends its rest when it is closed', async () => {
    await add('missing.webm');
    const { played, events } = setUp();
    const next = played.frames().next();
    while (!events.some((text) => text.startsWith('warning'))) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    played.close();
    expect((await next).done).toBe(true);
  });
});
