/** Finds out what a streamer sends: asks the directory, and calls it, since only its answer tells which forms of its codecs come. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Agent } from '../../shared/sip/index.ts';
import { CODECS_BY_REACH } from '../webrtc/publisher-offer.ts';
import type { TakenCodecs } from '../webrtc/watch-offer.ts';
import { OPUS, type Codec } from '../source/source.ts';
import { findInDirectory, type DirectoryEntry } from './directory-entry.ts';
import type { Origin } from './origin.ts';
import type { UpstreamCall } from './upstream-call.ts';

export interface Found {
  readonly call: UpstreamCall;
  /** What the directory says of it. */
  readonly entry: DirectoryEntry | undefined;
}

export interface FindOptions {
  readonly agent: Pick<Agent, 'createRequest' | 'request'>;
  readonly origin: Origin;
  /** Our name. */
  readonly asker: string;
  /** @throws UpstreamError */
  readonly call: (taken: TakenCodecs) => Promise<UpstreamCall>;
  readonly log: Logger;
}

/** @throws UpstreamError */
export async function findUpstream({ agent, origin, asker, call, log }: FindOptions): Promise<Found> {
  const entry = await findInDirectory(agent, origin, asker).catch((err: unknown) => {
    log.debug({ err }, 'the directory cannot be asked');
    return undefined;
  });
  return { call: await call(takenOf(entry)), entry };
}

/**
 * Of several pictures in different codecs the one that most browsers show: only one is sent to us.
 * @param entry undefined, or without codecs, where any may come
 */
export function takenOf(entry: DirectoryEntry | undefined): TakenCodecs {
  const listed = entry?.codecs;
  if (!listed) return { audio: [OPUS], video: CODECS_BY_REACH };
  const knows = (names: readonly string[]) => (codec: Codec) => names.some((name) => name.toLowerCase() === codec.name.toLowerCase());
  const picture = CODECS_BY_REACH.find(knows(listed.video));
  const sound = [OPUS].filter(knows(listed.audio));
  // Of one that lists nothing that we know, its answer says so better than we could.
  return picture || sound.length > 0 ? { audio: sound, video: picture ? [picture] : [] } : { audio: [OPUS], video: CODECS_BY_REACH };
}
