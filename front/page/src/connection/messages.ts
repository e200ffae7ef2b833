/** The messages that front sends over the WebSocket, read from text that is not trusted. */
import { isRecord, parseStreamers, type Streamer } from './streamer.ts';

export type ServerMessage =
  | { readonly type: 'streamers'; readonly streamers: Streamer[] }
  | { readonly type: 'signaling'; readonly state: 'up' | 'down' }
  | { readonly type: 'ended'; readonly streamer: string; readonly reason: string }
  | { readonly type: 'pong' };

/** @returns undefined for text that is no JSON and for messages of a kind this page does not know: a newer front may send some */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  switch (value['type']) {
    case 'streamers': {
      const streamers = parseStreamers(value['streamers']);
      return streamers && { type: 'streamers', streamers };
    }
    case 'signaling':
      return value['state'] === 'up' || value['state'] === 'down' ? { type: 'signaling', state: value['state'] } : undefined;
    case 'ended': {
      const { streamer, reason } = value;
      return typeof streamer === 'string' ? { type: 'ended', streamer, reason: typeof reason === 'string' ? reason : '' } : undefined;
    }
    case 'pong':
      return { type: 'pong' };
    default:
      return undefined;
  }
}
