/** What two in a call tell each other over their data channel, as JSON, past any server. Read from text that is not trusted. */
import { isRecord } from '../../connection/fields.ts';
import type { MediaState } from '../devices/local-media.ts';
import { MAX_TEXT } from '../chat/chat-log.ts';

export type News =
  /** What is sent now: a state, never a toggle. */
  | ({ readonly type: 'media' } & MediaState)
  | { readonly type: 'text'; readonly text: string };

/** @returns undefined for what is no news of a kind that this page knows */
export function readCallNews(data: unknown): News | undefined {
  if (typeof data !== 'string' || data.length > 4 * MAX_TEXT) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value['type'] === 'media') return { type: 'media', audio: value['audio'] === true, video: value['video'] === true, screen: value['screen'] === true };
  const text = value['text'];
  return value['type'] === 'text' && typeof text === 'string' && text.trim() !== '' ? { type: 'text', text: text.slice(0, MAX_TEXT) } : undefined;
}
