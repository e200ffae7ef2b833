/** An entry of the directory as front serves it, read from JSON that is not trusted. */
import { isRecord } from './fields.ts';

export interface Streamer {
  /** Unique name; what a viewer chooses by. */
  readonly name: string;
  /** `host:port` of the streamer's SIP socket; it changes when the streamer is started anew. */
  readonly address: string;
  readonly title: string;
  readonly description: string;
  /** Address or path of a picture; empty when there is none. */
  readonly image: string;
  readonly viewers: number;
  /** Whether each viewer has a playback of his own, to pause and seek in; otherwise all see the same moment. */
  readonly onDemand: boolean;
  /** Names of the qualities to choose from; empty where there is one only. */
  readonly renditions: readonly string[];
}

/** Whether there is anything for a viewer to choose beyond watching. */
export function hasControls(streamer: Streamer | undefined): boolean {
  return streamer !== undefined && (streamer.onDemand || streamer.renditions.length > 1);
}

const MAX_STREAMERS = 2_000;
const MAX_TEXT = 2_000;
const MAX_RENDITIONS = 8;

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}

function parseStreamer(value: unknown): Streamer | undefined {
  if (!isRecord(value)) return undefined;
  const name = text(value['name']);
  if (name === '') return undefined;
  const viewers = value['viewers'];
  return {
    name,
    address: text(value['address']),
    title: text(value['title']).trim() || name,
    description: text(value['description']).trim(),
    image: text(value['image']).trim(),
    viewers: typeof viewers === 'number' && Number.isFinite(viewers) && viewers > 0 ? Math.floor(viewers) : 0,
    onDemand: value['mode'] === 'vod',
    renditions: Array.isArray(value['renditions']) ? value['renditions'].slice(0, MAX_RENDITIONS).map(text).filter((rendition) => rendition !== '') : [],
  };
}

/**
 * Reads a list of streamers; entries without a name and repeated names are left out.
 * @param value the `streamers` member of a JSON message
 * @returns undefined when `value` is no list at all
 */
export function parseStreamers(value: unknown): Streamer[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const byName = new Map<string, Streamer>();
  for (const entry of value.slice(0, MAX_STREAMERS)) {
    const streamer = parseStreamer(entry);
    if (streamer && !byName.has(streamer.name)) byName.set(streamer.name, streamer);
  }
  return [...byName.values()];
}
