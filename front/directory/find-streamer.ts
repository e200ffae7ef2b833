/** One streamer by its name. */
import { unknownStreamer } from '../failures.ts';
import type { Directory } from './directory.ts';
import type { Streamer } from './streamer.ts';

/**
 * The list that NOTIFY keeps up to date may lag behind a streamer that has just come: then the daemon is asked.
 * @param viewer in whose name. @throws ApiError 404 where nobody has that name, and what asking fails of
 */
export async function findStreamer(wanted: string, viewer: string, directory: Directory): Promise<Streamer> {
  const named = ({ name }: Streamer) => name === wanted;
  const known = directory.state === 'up' ? directory.streamers?.find(named) : undefined;
  const streamer = known ?? (await directory.fetch(viewer)).find(named);
  if (streamer === undefined) throw unknownStreamer(wanted);
  return streamer;
}
