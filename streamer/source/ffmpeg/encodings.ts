/** The encodings that ffmpeg makes for browsers, and its arguments for them: VP8 with a keyframe each second, and Opus. */

export interface VideoEncoding {
  readonly kind: 'video';
  readonly codec: 'VP8';
  /** The picture is fitted into this box, never enlarged; its sides come out even. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  readonly bitsPerSecond: number;
}

export interface AudioEncoding {
  readonly kind: 'audio';
  readonly codec: 'opus';
  readonly bitsPerSecond: number;
}

export type Encoding = VideoEncoding | AudioEncoding;

export const USUAL_VIDEO: VideoEncoding = { kind: 'video', codec: 'VP8', maxWidth: 1280, maxHeight: 720, bitsPerSecond: 1_500_000 };
export const USUAL_AUDIO: AudioEncoding = { kind: 'audio', codec: 'opus', bitsPerSecond: 96_000 };

/** How much of the machine an encoder may take: live, it must keep up; for later, it may make more of the bits. */
export type Effort = 'live' | 'file';

const KEYFRAME_SECONDS = 1;
const MAX_FRAMES_PER_SECOND = 30;
/** The encoder sets keyframes of its own only this far from the last one, that is never: those of all renditions are of the same moments. */
const NEVER_FRAMES = 9_999;
const SPEED = { live: '6', file: '4' } as const;
const QUALITY = { live: 'realtime', file: 'good' } as const;

/** Fits the picture into a box, with square pixels and even sides. The quotes keep the commas from ffmpeg's filter syntax. */
function fit({ maxWidth, maxHeight }: VideoEncoding): string {
  const factor = `min(1,min(${maxWidth}/(iw*max(sar,1)),${maxHeight}/(ih/min(sar,1))))`.replaceAll('sar', 'if(sar,sar,1)');
  const width = `max(2,trunc(${factor}*iw*max(if(sar,sar,1),1)/2)*2)`;
  const height = `max(2,trunc(${factor}*ih/min(if(sar,sar,1),1)/2)*2)`;
  return `scale=w='${width}':h='${height}',setsar=1`;
}

function videoArguments(encoding: VideoEncoding, effort: Effort): string[] {
  const rate = String(encoding.bitsPerSecond);
  return [
    ...['-vf', fit(encoding), '-pix_fmt', 'yuv420p', '-fpsmax', `${MAX_FRAMES_PER_SECOND}`],
    ...['-c:v', 'libvpx', '-deadline', QUALITY[effort], '-cpu-used', SPEED[effort], '-threads', '2', '-lag-in-frames', '0', '-auto-alt-ref', '0', '-error-resilient', '1'],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate],
    // Counted from the last one, so that it holds wherever the input's clock begins.
    ...['-force_key_frames', `expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+${KEYFRAME_SECONDS}))`, '-g', `${NEVER_FRAMES}`, '-keyint_min', `${NEVER_FRAMES}`],
  ];
}

function audioArguments({ bitsPerSecond }: AudioEncoding): string[] {
  return ['-c:a', 'libopus', '-b:a', String(bitsPerSecond), '-ar', '48000', '-ac', '2', '-frame_duration', '20'];
}

/** Arguments that stand before an output. */
export function encodingArguments(encoding: Encoding, effort: Effort): string[] {
  return encoding.kind === 'video' ? videoArguments(encoding, effort) : audioArguments(encoding);
}
