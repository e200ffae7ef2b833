/** Puts streamers in order, and finds them by words of their name, title or description, whatever the case and the accents. */
import type { Streamer } from '../connection/streamer.ts';
import { wordMatcher } from '../strings/matching.ts';

/** Below this many, a search box would only be in the way. */
export const SEARCH_FROM = 7;

const byTitle = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** By title: whoever comes, goes or is started anew moves nobody else about more than one place. */
export function sortStreamers(streamers: readonly Streamer[]): Streamer[] {
  return [...streamers].sort((a, b) => byTitle.compare(a.title, b.title) || byTitle.compare(a.name, b.name));
}

/** @returns the streamers in which every word of `query` occurs, in their own order */
export function searchStreamers(streamers: readonly Streamer[], query: string): readonly Streamer[] {
  const matches = wordMatcher(query);
  return matches ? streamers.filter(({ name, title, description }) => matches(`${name} ${title} ${description}`)) : streamers;
}
