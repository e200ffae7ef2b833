/** The command lines that ffmpeg is given: any input in, VP8 and Opus in an endless Matroska out, a keyframe each second. */

/** What `--source test` shows: a moving pattern and a tone that beeps each second. */
export const TEST_SOURCE = 'test';

const KEYFRAME_SECONDS = 1;
const MAX_WIDTH = 1280;
const MAX_HEIGHT = 720;
const MAX_FRAMES_PER_SECOND = 30;
const VIDEO_BITRATE = '1500k';
const AUDIO_BITRATE = '96k';

/** These pace themselves; everything else is read as fast as it is played. */
const LIVE_PROTOCOLS = /^(?:rtsps?|rtmps?|rtp|srt|udp|tcp|unix):\/\//i;
const ANY_PROTOCOL = /^[a-z][a-z0-9+.-]+:\/\//i;

const TEST_INPUT = [
  ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=220:beep_factor=5:sample_rate=48000'],
];

/** Whether an input names a file of this machine, rather than an address or a pattern. */
export function isFile(input: string): boolean {
  return input !== TEST_SOURCE && !ANY_PROTOCOL.test(input);
}

function inputArguments(input: string): string[] {
  if (input === TEST_SOURCE) return [...TEST_INPUT, '-map', '0:v:0', '-map', '1:a:0'];
  const selected = ['-map', '0:v:0?', '-map', '0:a:0?'];
  // Said to be a file, a name that begins with a dash or holds a colon is taken for nothing else.
  if (isFile(input)) return ['-re', '-stream_loop', '-1', '-i', `file:${input}`, ...selected];
  return [...(LIVE_PROTOCOLS.test(input) ? [] : ['-re']), '-i', input, ...selected];
}

/** Fits the picture into 1280x720 with even sides; never enlarges it. The quotes keep the commas from ffmpeg's filter syntax. */
const FIT =
  `scale=w='trunc(min(1,min(${MAX_WIDTH}/iw,${MAX_HEIGHT}/ih))*iw/2)*2':h='trunc(min(1,min(${MAX_WIDTH}/iw,${MAX_HEIGHT}/ih))*ih/2)*2'`;

const VIDEO_ARGUMENTS = [
  ...['-vf', FIT, '-pix_fmt', 'yuv420p', '-fpsmax', `${MAX_FRAMES_PER_SECOND}`],
  ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '6', '-threads', '2', '-lag-in-frames', '0', '-auto-alt-ref', '0', '-error-resilient', '1'],
  ...['-b:v', VIDEO_BITRATE, '-maxrate', VIDEO_BITRATE, '-bufsize', VIDEO_BITRATE],
  ...['-force_key_frames', `expr:gte(t,n_forced*${KEYFRAME_SECONDS})`, '-g', `${MAX_FRAMES_PER_SECOND * KEYFRAME_SECONDS}`],
];

const AUDIO_ARGUMENTS = ['-c:a', 'libopus', '-b:a', AUDIO_BITRATE, '-ar', '48000', '-ac', '2', '-frame_duration', '20'];

/** A cluster for each frame, each written at once: a larger one would be kept back until it is full. */
const PIPE_ARGUMENTS = ['-f', 'matroska', '-live', '1', '-cluster_time_limit', '0', '-flush_packets', '1', 'pipe:1'];

/** @param input {@link TEST_SOURCE}, a file, or any input that ffmpeg opens */
export function encodeArguments(input: string): string[] {
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
  return [...quiet, ...inputArguments(input), '-sn', '-dn', ...VIDEO_ARGUMENTS, ...AUDIO_ARGUMENTS, ...PIPE_ARGUMENTS];
}
