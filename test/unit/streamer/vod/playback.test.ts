import { describe, expect, it } from 'vitest';
import { FilmChunks, type FilmFrames } from '../../../../streamer/vod/film-chunks.ts';
import { Playback } from '../../../../streamer/vod/playback.ts';
import type { EncodedFrame, MediaFrame } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { AUDIO, picture, sound, VIDEO } from '../../../support/streamer/frames.ts';

/** Sound each 20 ms and a picture each 40 ms; the picture's second byte says its second. */
class Film implements FilmFrames {
  readonly tracks = [VIDEO, AUDIO];
  readonly duration: number;
  readonly #keyframeEvery: number;
  broken = false;

  constructor({ duration = 10, keyframeEvery = 1 } = {}) {
    this.duration = duration;
    this.#keyframeEvery = keyframeEvery;
  }

  async *frames(from = 0): AsyncGenerator<EncodedFrame, void> {
    const begin = Math.min(Math.floor(from / this.#keyframeEvery), Math.ceil(this.duration / this.#keyframeEvery) - 1) * this.#keyframeEvery;
    for (let step = begin * 50; step < this.duration * 50; step++) {
      if (this.broken) throw new Error('the disk is gone');
      if (step % 2 === 0) yield { ...picture(step / 50, { keyframe: step % (this.#keyframeEvery * 50) === 0 }) };
      yield sound(step / 50);
    }
  }
}

function playing(film = new Film(), clock = new VirtualClock()) {
  const chunks = new FilmChunks(film);
  const playback = new Playback({ film: chunks, clock });
  const frames: { at: number; frame: MediaFrame }[] = [];
  const changes: number[] = [];
  const failures: Error[] = [];
  playback.onFrame((frame) => frames.push({ at: clock.now(), frame }));
  playback.onChange(() => changes.push(playback.state.seconds));
  playback.onFailure((error) => failures.push(error));
  const of = (kind: 'audio' | 'video') => frames.map(({ frame }) => frame).filter((frame) => frame.kind === kind);
  return { clock, film, chunks, playback, frames, changes, failures, of };
}

const timestamps = (frames: readonly MediaFrame[]) => frames.map(({ packets }) => packets[0]!.timestamp);
const steps = (values: readonly number[]) => [...new Set(values.slice(1).map((value, index) => value - values[index]!))];

describe('a playback', () => {
  it('begins at the beginning, at its own pace, and reads ahead no more than a piece', async () => {
    const { clock, playback, of, chunks } = playing();
    playback.start();
    await clock.advance(2_000);
    expect(playback.state).toMatchObject({ duration: 10, paused: false });
    expect(playback.state.seconds).toBeCloseTo(2, 1);
    expect(of('video').length).toBeGreaterThanOrEqual(50);
    expect(of('video').length).toBeLessThan(54);
    expect(of('video')[0]).toMatchObject({ keyframe: true });
    expect(steps(timestamps(of('video')))).toEqual([3_600]);
    expect(steps(timestamps(of('audio')))).toEqual([960]);
    expect(chunks.reads).toBeLessThanOrEqual(4);
  });

  it('sends nothing while paused, has no timer, and goes on where it was, with timestamps that went on with the clock', async () => {
    const { clock, playback, of, frames } = playing();
    playback.start();
    await clock.advance(1_500);
    playback.pause();
    const before = frames.length;
    expect(playback.state).toMatchObject({ paused: true });
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(frames.length).toBe(before);
    expect(playback.state.seconds).toBeCloseTo(1.5, 2);
    const [videoBefore, audioBefore] = [of('video').length, of('audio').length];
    playback.play();
    await clock.advance(1_000);
    const [video, audio] = [of('video'), of('audio')];
    const gap = timestamps(video)[videoBefore]! - timestamps(video)[videoBefore - 1]!;
    expect(gap / 90_000).toBeGreaterThan(59.9);
    expect(gap / 90_000).toBeLessThan(60.1);
    expect(steps(timestamps(video.slice(videoBefore)))).toEqual([3_600]);
    expect(steps(timestamps(audio.slice(audioBefore)))).toEqual([960]);
    expect(steps(video.flatMap(({ packets }) => packets.map(({ index }) => index)))).toEqual([1]);
    expect(steps(audio.flatMap(({ packets }) => packets.map(({ index }) => index)))).toEqual([1]);
    expect(playback.state.seconds).toBeCloseTo(2.5, 1);
  });

  it('keeps sound and picture in step across pauses and jumps', async () => {
    const { clock, playback, frames } = playing();
    playback.start();
    for (const act of [() => playback.pause(), () => playback.play(), () => playback.seek(7.7), () => playback.pause(), () => playback.seek(3), () => playback.play()]) {
      await clock.advance(731);
      act();
    }
    await clock.advance(1_000);
    for (const { at, frame } of frames) {
      const rate = frame.kind === 'video' ? 90_000 : 48_000;
      const said = (frame.packets[0]!.timestamp / rate) * 1000;
      // Whatever is sent, is sent at the moment that its timestamp says.
      expect(Math.abs(said - (at - playback.epoch))).toBeLessThan(30);
    }
    for (const kind of ['video', 'audio'] as const) {
      const said = timestamps(frames.map(({ frame }) => frame).filter((frame) => frame.kind === kind));
      expect(said.every((timestamp, index) => index === 0 || timestamp > said[index - 1]!)).toBe(true);
    }
  });

  it('jumps to the keyframe at or before, and begins with it at once', async () => {
    const { clock, playback, frames, changes } = playing();
    playback.start();
    await clock.advance(500);
    const before = frames.length;
    playback.seek(7.8);
    await clock.advance(30);
    expect(frames[before]!.frame).toMatchObject({ kind: 'video', keyframe: true });
    expect(frames[before]!.at).toBeLessThan(530);
    expect(changes.at(-1)).toBe(7);
    expect(playback.state.seconds).toBeCloseTo(7, 1);
    await clock.advance(1_000);
    expect(playback.state.seconds).toBeCloseTo(8, 1);
  });

  it('shows one still where somebody jumps who has paused', async () => {
    const { clock, playback, frames } = playing();
    playback.start();
    await clock.advance(500);
    playback.pause();
    const before = frames.length;
    playback.seek(4.2);
    await clock.advance(5_000);
    expect(frames.slice(before).map(({ frame }) => [frame.kind, frame.keyframe])).toEqual([['video', true]]);
    expect(playback.state).toEqual({ seconds: 4, duration: 10, paused: true });
    playback.play();
    await clock.advance(1_000);
    expect(playback.state.seconds).toBeCloseTo(5, 1);
  });

  it('makes only the last of many jumps', async () => {
    const { clock, playback, chunks } = playing(new Film({ duration: 1_000 }));
    playback.start();
    await clock.advance(100);
    for (let second = 0; second < 500; second++) playback.seek(second);
    await clock.advance(100);
    expect(playback.state.seconds).toBeCloseTo(499, 0);
    expect(chunks.reads).toBeLessThan(8);
  });

  it.each([[-5, 0], [1e9, 9], [Infinity, 9], [-Infinity, 0]])('takes %s for a second of the film', async (asked, second) => {
    const { clock, playback } = playing();
    playback.start();
    await clock.advance(100);
    playback.pause();
    playback.seek(asked);
    playback.seek(NaN);
    await clock.advance(100);
    expect(playback.state.seconds).toBe(second);
  });

  it('stays at its end, and starts over when it is played again', async () => {
    const { clock, playback, frames, changes } = playing(new Film({ duration: 2 }));
    playback.start();
    await clock.advance(2_100);
    expect(playback.state).toEqual({ seconds: 2, duration: 2, paused: true });
    expect(changes.at(-1)).toBe(2);
    const before = frames.length;
    expect(before).toBe(150);
    await clock.advance(5_000);
    expect(frames.length).toBe(before);
    expect(clock.pending).toBe(0);
    playback.play();
    await clock.advance(500);
    expect(playback.state).toMatchObject({ paused: false });
    expect(playback.state.seconds).toBeCloseTo(0.5, 1);
    expect(frames[before]!.frame.keyframe).toBe(true);
  });

  it('plays a film whose keyframes lie far apart, whole and in order', async () => {
    const { clock, playback, of } = playing(new Film({ duration: 12, keyframeEvery: 12 }));
    playback.start();
    await clock.advance(12_100);
    expect(of('video')).toHaveLength(300);
    expect(of('audio')).toHaveLength(600);
    expect(steps(timestamps(of('audio')))).toEqual([960]);
  });

  it('says when the film cannot be read on', async () => {
    const { clock, film, playback, failures } = playing();
    playback.start();
    await clock.advance(500);
    film.broken = true;
    await clock.advance(5_000);
    expect(failures.map(({ message }) => message)).toEqual(['The film cannot be read on']);
    expect(clock.pending).toBe(0);
  });

  it('leaves nothing behind when it is stopped in the midst of anything', async () => {
    for (const act of [(playback: Playback) => playback.seek(5), (playback: Playback) => playback.pause(), (playback: Playback) => playback.play()]) {
      const { clock, playback, frames } = playing();
      playback.start();
      await clock.advance(500);
      act(playback);
      void playback.stop();
      const before = frames.length;
      await clock.advance(5_000);
      playback.play();
      playback.seek(1);
      await clock.advance(5_000);
      expect(frames.length).toBe(before);
      expect(clock.pending).toBe(0);
    }
  });
});

describe('several playbacks of one film', () => {
  it('are at different places, and share what is read', async () => {
    const clock = new VirtualClock();
    const chunks = new FilmChunks(new Film({ duration: 60 }));
    const playbacks = Array.from({ length: 50 }, () => new Playback({ film: chunks, clock }));
    for (const playback of playbacks) playback.start();
    playbacks[0]!.seek(30);
    await clock.advance(10_000);
    expect(playbacks[0]!.state.seconds).toBeCloseTo(40, 0);
    expect(playbacks[1]!.state.seconds).toBeCloseTo(10, 0);
    expect(chunks.reads).toBeLessThan(26);
    for (const playback of playbacks) playback.pause();
    expect(clock.pending).toBe(0);
  });
});
