/** Clips by which the quality of playback is measured. */
import { clip, ENCODERS, pattern, tone } from './ffmpeg.ts';

/** Longer than it is watched: where a film begins anew, a browser starts over with bringing them together. */
const FLASH_SECONDS = 60;
/** In the middle of each second, where no keyframe is. */
const FLASHING = 'between(mod(t,1),0.5,0.6)';
const LADDER_SECONDS = 8;

/** Black and silent but for a tenth of each second, which is white and beeps: what lip-sync is measured by. */
export function flashAndBeep(folder: string): Promise<string> {
  return clip(
    folder,
    'flash.webm',
    ...['-f', 'lavfi', '-i', `color=black:size=320x180:rate=25,drawbox=color=white:thickness=fill:enable='${FLASHING}'`],
    ...['-f', 'lavfi', '-i', `aevalsrc='0.8*sin(2*PI*1000*t)*${FLASHING}':sample_rate=48000`],
    ...['-t', String(FLASH_SECONDS), ...ENCODERS.VP8, ...ENCODERS.opus],
  );
}

/** So restless that each rendition needs all the bits that it may have. */
export function restless(folder: string): Promise<string> {
  return clip(folder, 'restless.webm', ...pattern('640x360', LADDER_SECONDS), ...tone(LADDER_SECONDS), '-vf', 'noise=alls=20:allf=t', ...ENCODERS.VP8, '-b:v', '2M', ...ENCODERS.opus);
}
