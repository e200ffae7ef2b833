/** The command line of an ffmpeg that encodes for viewers of this moment: one input in, its tracks in an endless Matroska out. */
import { encodingArguments, type Encoding } from './encodings.ts';
import type { LiveInput } from './inputs.ts';

/** A cluster for each frame, each written at once: a larger one would be kept back until it is full. */
const PIPE_ARGUMENTS = ['-f', 'matroska', '-live', '1', '-cluster_time_limit', '0', '-flush_packets', '1', 'pipe:1'];

/** How a track comes to be: encoded anew, or as the input has it. */
export type LiveTrack = Encoding | { readonly kind: Encoding['kind']; readonly codec: 'copy' };

/**
 * @param tracks become tracks 1, 2, … of the Matroska, in this order
 * @throws TypeError for a track of a kind that the input does not have
 */
export function pipeArguments(input: LiveInput, tracks: readonly LiveTrack[]): string[] {
  const maps = tracks.flatMap(({ kind }) => {
    const stream = input.streams[kind];
    if (stream === undefined) throw new TypeError(`An input without ${kind}`);
    return ['-map', stream];
  });
  // Options of an encoder hold for one stream of the output: its number follows a colon.
  const encoders = tracks.flatMap((track, index) => (track.codec === 'copy' ? [`-c:${index}`, 'copy'] : encodingArguments(track, 'live').map((argument) => forStream(argument, index))));
  return ['-hide_banner', '-nostdin', '-loglevel', 'error', ...input.arguments, ...maps, '-sn', '-dn', ...encoders, ...PIPE_ARGUMENTS];
}

/** `-c:v` and `-crf` become `-c:0` and `-crf:0`; values, and options of filters, stay. */
function forStream(argument: string, index: number): string {
  if (!/^-[a-z]/.test(argument)) return argument;
  if (argument === '-vf') return `-filter:${index}`;
  return argument.replace(/^(-[a-z_-]+)(?::[va])?$/, `$1:${index}`);
}
