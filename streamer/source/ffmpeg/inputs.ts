/** Live inputs by their names, and how ffmpeg is told to open each: a test pattern, the screen, a camera, or an address. */
import { InputError, type MediaKind } from '../source.ts';

/** What `--source test` shows: a moving pattern and a tone that beeps each second. */
export const TEST_SOURCE = 'test';
export const SCREEN_SOURCE = 'screen';
export const CAMERA_SOURCE = 'camera';

const ANY_PROTOCOL = /^[a-z][a-z0-9+.-]+:\/\//i;
/** These pace themselves; everything else is read as fast as it is played. */
const LIVE_PROTOCOLS = /^(?:rtsps?|rtmps?|rtp|srt|udp|tcp|unix):\/\//i;

const FRAMES_PER_SECOND = 25;
/** An input that is looked at for long before it is shown is late by that much. In microseconds. */
const ANALYZE = ['-probesize', '1000000', '-analyzeduration', '1000000'];
/** In microseconds: a peer that is silent for longer is gone. */
const NETWORK_TIMEOUT = '10000000';

export interface LiveInput {
  /** Arguments up to the last input. */
  readonly arguments: readonly string[];
  /** ffmpeg's specifiers of what is taken from it. */
  readonly streams: Readonly<Partial<Record<MediaKind, string>>>;
}

/** Whether an input names a file of this machine, rather than an address, a device or a pattern. */
export function isFile(input: string): boolean {
  return input !== TEST_SOURCE && input !== SCREEN_SOURCE && !isCamera(input) && !ANY_PROTOCOL.test(input);
}

function isCamera(input: string): boolean {
  return input === CAMERA_SOURCE || input.startsWith(`${CAMERA_SOURCE}:`);
}

const PICTURE_ONLY = { video: '0:v:0' } as const;

function screenInput(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): LiveInput {
  const rate = ['-framerate', `${FRAMES_PER_SECOND}`];
  if (platform === 'darwin') return { arguments: ['-f', 'avfoundation', ...rate, '-capture_cursor', '1', '-i', 'Capture screen 0:none'], streams: PICTURE_ONLY };
  if (platform === 'win32') return { arguments: ['-f', 'gdigrab', ...rate, '-i', 'desktop'], streams: PICTURE_ONLY };
  const display = environment['DISPLAY'];
  if (display === undefined || display === '') {
    throw new InputError('--source screen needs an X display, and DISPLAY names none: start the streamer within the desktop session (on Wayland, what XWayland shows is all that ffmpeg can record)');
  }
  return { arguments: ['-f', 'x11grab', ...rate, '-i', display], streams: PICTURE_ONLY };
}

/** `camera` is the first one, `camera:NAME` another: a device of /dev, its number, or on Windows its name. */
function cameraInput(input: string, platform: NodeJS.Platform): LiveInput {
  const named = input.slice(CAMERA_SOURCE.length + 1);
  if (platform === 'darwin') return { arguments: ['-f', 'avfoundation', '-framerate', '30', '-i', `${named || '0'}:0`], streams: { video: '0:v:0', audio: '0:a:0' } };
  if (platform === 'win32') {
    if (named === '') throw new InputError('--source camera needs the name of the camera: --source "camera:Integrated Camera" (ffmpeg -list_devices true -f dshow -i dummy lists them)');
    return { arguments: ['-f', 'dshow', '-i', `video=${named}`], streams: PICTURE_ONLY };
  }
  const device = named.startsWith('/') ? named : `/dev/video${named || '0'}`;
  return { arguments: ['-f', 'v4l2', '-i', device], streams: PICTURE_ONLY };
}

function addressInput(input: string): LiveInput {
  const streams = { video: '0:v:0?', audio: '0:a:0?' };
  const hasty = ['-fflags', 'nobuffer', ...ANALYZE];
  if (/^rtsps?:/i.test(input)) return { arguments: [...hasty, '-rtsp_transport', 'tcp', '-timeout', NETWORK_TIMEOUT, '-i', input], streams };
  if (/^(?:rtmps?|https?):/i.test(input)) return { arguments: [...(LIVE_PROTOCOLS.test(input) ? hasty : ['-re']), '-rw_timeout', NETWORK_TIMEOUT, '-i', input], streams };
  return { arguments: [...(LIVE_PROTOCOLS.test(input) ? hasty : ['-re']), '-i', input], streams };
}

const TEST_INPUT: LiveInput = {
  arguments: ['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=${FRAMES_PER_SECOND}`, '-re', '-f', 'lavfi', '-i', 'sine=frequency=220:beep_factor=5:sample_rate=48000'],
  streams: { video: '0:v:0', audio: '1:a:0' },
};

/**
 * @param input no file
 * @throws InputError when this machine cannot have it
 */
export function liveInput(input: string, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): LiveInput {
  if (input === TEST_SOURCE) return TEST_INPUT;
  if (input === SCREEN_SOURCE) return screenInput(platform, environment);
  return isCamera(input) ? cameraInput(input, platform) : addressInput(input);
}

/** A file, over and over, read as fast as it is played. Said to be a file, a name that begins with a dash or holds a colon is taken for nothing else. */
export function loopedFile(file: string, contents: { readonly video: boolean; readonly audio: boolean }): LiveInput {
  return {
    arguments: ['-re', '-stream_loop', '-1', '-i', `file:${file}`],
    streams: { ...(contents.video ? { video: '0:V:0' } : {}), ...(contents.audio ? { audio: '0:a:0' } : {}) },
  };
}
