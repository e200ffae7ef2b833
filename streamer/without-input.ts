/** Arguments and options of a process that plays nothing itself: one for rooms, or for what others publish. */
import { parsePort } from '../shared/cli/parsers.ts';
import { parseSignalingHosts } from '../shared/cli/signaling-hosts.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { DEFAULT_SIGNALING_HOST, SAMPLE_CLIP, type StreamerSettings } from './streamer.ts';

/**
 * There is no file, so that the other two arguments stand one place earlier.
 * @param flag what makes it such a process, such as `--rooms`
 * @throws UsageError
 */
export function signalingOf(flag: string, { file, signalingHost, port }: StreamerSettings): { signalingHost: string; port: number } {
  if (file === SAMPLE_CLIP) return { signalingHost, port };
  try {
    return { signalingHost: parseSignalingHosts(file), port: signalingHost === DEFAULT_SIGNALING_HOST ? port : parsePort(signalingHost) };
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(`with ${flag} the arguments are host and port alone: ${cause.message}`, { cause });
  }
}

/** @throws UsageError for an option that only who plays something has a use for */
export function refuseInputs(flag: string, { source, mode, renditions, keepRunning }: StreamerSettings): void {
  const given = [...(source === undefined ? [] : ['--source']), ...(mode === 'vod' ? ['--mode vod'] : []), ...(renditions === undefined ? [] : ['--renditions']), ...(keepRunning ? ['--keep-running'] : [])];
  if (given.length > 0) throw new UsageError(`${flag} plays nothing: leave out ${given.join(', ')}`);
}
