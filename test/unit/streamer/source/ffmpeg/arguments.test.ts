import { describe, expect, it } from 'vitest';
import { pipeArguments } from '../../../../../streamer/source/ffmpeg/arguments.ts';
import { USUAL_AUDIO, USUAL_VIDEO } from '../../../../../streamer/source/ffmpeg/encodings.ts';
import { isFile, liveInput, loopedFile } from '../../../../../streamer/source/ffmpeg/inputs.ts';
import { InputError } from '../../../../../streamer/source/source.ts';

const line = (input: string) => pipeArguments(liveInput(input, 'linux', { DISPLAY: ':7' }), [USUAL_VIDEO]).join(' ');

describe('ffmpeg’s command line', () => {
  it('tells files from addresses, devices and the test pattern', () => {
    expect(['a.mp4', '/films/a b.mkv', '-odd:name.webm', 'C:\\film.avi', './test', 'screen.mp4'].map(isFile)).toEqual([true, true, true, true, true, true]);
    expect(['test', 'screen', 'camera', 'camera:/dev/video2', 'rtsp://camera/1', 'https://example.org/a.mp4', 'udp://239.0.0.1:1234'].map(isFile)).toEqual(Array(7).fill(false));
  });

  it('loops a file at its own pace, and says that it is one', () => {
    const looped = pipeArguments(loopedFile('-odd:name.webm', { video: true, audio: false }), [{ kind: 'video', codec: 'copy' }]).join(' ');
    expect(looped).toContain('-re -stream_loop -1 -i file:-odd:name.webm -map 0:V:0');
    expect(looped).toContain('-c:0 copy');
  });

  it('does not slow down inputs that pace themselves, and does not wait for ever for those of a network', () => {
    expect(line('rtsp://camera/1')).not.toContain('-re ');
    expect(line('rtsp://camera/1')).toContain('-rtsp_transport tcp -timeout 10000000 -i rtsp://camera/1');
    expect(line('https://example.org/a.mp4')).toContain('-re -rw_timeout 10000000 -i https');
    expect(line('srt://0.0.0.0:9000?mode=listener')).toContain('-i srt://0.0.0.0:9000?mode=listener');
  });

  it('opens the screen and cameras as each system has them', () => {
    expect(line('screen')).toContain('-f x11grab -framerate 25 -i :7');
    expect(line('camera')).toContain('-f v4l2 -i /dev/video0');
    expect(line('camera:2')).toContain('-i /dev/video2');
    expect(line('camera:/dev/v4l/by-id/usb')).toContain('-i /dev/v4l/by-id/usb');
    expect(liveInput('screen', 'darwin', {}).arguments).toContain('Capture screen 0:none');
    expect(liveInput('camera', 'darwin', {}).streams).toEqual({ video: '0:v:0', audio: '0:a:0' });
    expect(liveInput('screen', 'win32', {}).arguments).toContain('gdigrab');
    expect(liveInput('camera:My Cam', 'win32', {}).arguments).toContain('video=My Cam');
  });

  it('says in a sentence what is missing', () => {
    expect(() => liveInput('screen', 'linux', {})).toThrow(InputError);
    expect(() => liveInput('camera', 'win32', {})).toThrow(/needs the name of the camera/);
  });

  it('asks for a keyframe each second and nowhere else, for each stream by itself, and writes at once into a pipe', () => {
    const both = pipeArguments(liveInput('test', 'linux', {}), [USUAL_VIDEO, USUAL_AUDIO]).join(' ');
    expect(both).toContain('-force_key_frames:0 expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1)) -g:0 9999 -keyint_min:0 9999');
    expect(both).toContain('-c:1 libopus -b:1 96000');
    expect(both).toContain('-cluster_time_limit 0 -flush_packets 1 pipe:1');
    expect(both).toContain('-nostdin');
  });
});
