import { describe, expect, it } from 'vitest';
import { encodeArguments, isFile } from '../../../../../streamer/source/ffmpeg/arguments.ts';

describe('ffmpeg’s command line', () => {
  it('tells files from addresses and from the test pattern', () => {
    expect(['a.mp4', '/films/a b.mkv', '-odd:name.webm', 'C:\\film.avi', './test'].map(isFile)).toEqual([true, true, true, true, true]);
    expect(['test', 'rtsp://camera/1', 'https://example.org/a.mp4', 'udp://239.0.0.1:1234'].map(isFile)).toEqual([false, false, false, false]);
  });

  it('loops a file at its own pace, and says that it is one', () => {
    const line = encodeArguments('-odd:name.webm').join(' ');
    expect(line).toContain('-re -stream_loop -1 -i file:-odd:name.webm');
  });

  it('does not slow down inputs that pace themselves', () => {
    expect(encodeArguments('rtsp://camera/1')).not.toContain('-re');
    expect(encodeArguments('https://example.org/a.mp4')).toContain('-re');
    expect(encodeArguments('https://example.org/a.mp4')).not.toContain('-stream_loop');
  });

  it('asks for a keyframe each second and writes at once into a pipe', () => {
    const line = encodeArguments('test').join(' ');
    expect(line).toContain('-force_key_frames expr:gte(t,n_forced*1)');
    expect(line).toContain('-cluster_time_limit 0 -flush_packets 1 pipe:1');
    expect(line).toContain('-nostdin');
  });
});
