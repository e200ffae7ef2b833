/** What a streamer says over the data channel, read from text that is not trusted, and what it understands. */
import { isRecord } from '../connection/fields.ts';

export type RemoteCommand =
  | { readonly type: 'play' | 'pause' }
  | { readonly type: 'seek'; readonly seconds: number }
  | { readonly type: 'rendition'; readonly name: string | null };

export interface Position {
  /** Where the film stands. */
  readonly seconds: number;
  readonly duration: number;
  /** Also at its end. */
  readonly paused: boolean;
}

export interface RenditionState {
  /** Which is sent now. */
  readonly name: string;
  /** Whether the viewer chose it; else it follows what his way carries. */
  readonly pinned: boolean;
  /** Best first. */
  readonly available: readonly string[];
}

export type RemoteNews = { readonly type: 'position'; readonly position: Position } | { readonly type: 'rendition'; readonly rendition: RenditionState };

const MAX_RENDITIONS = 8;
const MAX_CHARACTERS = 32;

/** @returns undefined for what is no news of a kind that this page knows */
export function readNews(text: unknown): RemoteNews | undefined {
  if (typeof text !== 'string') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value['type'] === 'position') return readPosition(value);
  return value['type'] === 'rendition' ? readRendition(value) : undefined;
}

function readPosition({ seconds, duration, paused }: Record<string, unknown>): RemoteNews | undefined {
  if (!isTime(seconds) || !isTime(duration) || duration === 0) return undefined;
  return { type: 'position', position: { seconds: Math.min(seconds, duration), duration, paused: paused === true } };
}

function readRendition({ name, pinned, available }: Record<string, unknown>): RemoteNews | undefined {
  if (typeof name !== 'string' || !Array.isArray(available)) return undefined;
  const names = available.filter((each): each is string => typeof each === 'string' && each !== '').slice(0, MAX_RENDITIONS).map((each) => each.slice(0, MAX_CHARACTERS));
  return { type: 'rendition', rendition: { name: name.slice(0, MAX_CHARACTERS), pinned: pinned === true, available: names } };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
