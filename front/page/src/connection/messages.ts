/** The messages that front sends over the WebSocket, read from text that is not trusted. */
import { isConnectionFailureId, type ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { countOf, isRecord, textOf } from './fields.ts';
import { parseMeetingMessage, type MeetingMessage } from './meeting-messages.ts';
import { MAX_NAME_UNITS, parsePeople, type Person } from './person.ts';
import { parseOccupancy, type Occupancy } from './room.ts';
import { parseStreamers, type Streamer } from './streamer.ts';
import { parseTrace, parseTraceTrouble, type Trace, type TraceTrouble } from './trace.ts';

/** Answers a request of the page; the rest of it depends on what was asked. */
export type ReplyMessage =
  | { readonly type: 'reply'; readonly id: number; readonly body: Record<string, unknown> }
  | { readonly type: 'error'; readonly id: number; readonly error: string; readonly message: string };

export type ServerMessage =
  | { readonly type: 'streamers'; readonly streamers: Streamer[] }
  | { readonly type: 'signaling'; readonly state: 'up' | 'down' }
  | StreamEnded
  /** What one watches by way of this front: undefined where it carries no call. */
  | { readonly type: 'watching'; readonly streamer: string | undefined }
  | { readonly type: 'people'; readonly people: Person[] }
  /** One goes by another name now, be it that another page of this browser asked for it. */
  | { readonly type: 'renamed'; readonly name: string }
  /** The list of rooms is to be asked for anew. */
  | { readonly type: 'rooms' }
  | { readonly type: 'occupancy'; readonly rooms: Occupancy[] }
  | MeetingMessage
  | Trace
  | TraceTrouble
  | ReplyMessage
  | { readonly type: 'pong' };

/** What one watched has ended; a call's end has the same type and a `call` instead of the `streamer`. */
export interface StreamEnded {
  readonly type: 'ended';
  readonly streamer: string;
  /** A sentence. */
  readonly reason: string;
  /** Where media never came up: why. */
  readonly error?: ConnectionFailureId;
  /** Whether an operator has ended it, and it is not to be begun anew by itself. */
  readonly byOperator: boolean;
}

const MAX_MESSAGE_UNITS = 2_000;

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
    case 'watching':
      return { type: 'watching', streamer: textOf(value['streamer'], MAX_NAME_UNITS) };
    case 'ended': {
      const { streamer, reason, error } = value;
      if (typeof streamer !== 'string') return parseMeetingMessage(value);
      return { type: 'ended', streamer, reason: textOf(reason, MAX_MESSAGE_UNITS) ?? '', byOperator: value['by'] === 'operator', ...(isConnectionFailureId(error) ? { error } : {}) };
    }
    case 'people': {
      const people = parsePeople(value['people']);
      return people && { type: 'people', people };
    }
    case 'renamed': {
      const name = textOf(value['name'], MAX_NAME_UNITS);
      return name === undefined ? undefined : { type: 'renamed', name };
    }
    case 'rooms':
      return { type: 'rooms' };
    case 'occupancy': {
      const rooms = parseOccupancy(value['rooms']);
      return rooms && { type: 'occupancy', rooms };
    }
    case 'trace':
      return parseTrace(value);
    case 'trace-trouble':
      return parseTraceTrouble(value);
    case 'reply':
    case 'error':
      return parseReply(value);
    case 'pong':
      return { type: 'pong' };
    default:
      return parseMeetingMessage(value);
  }
}

function parseReply(value: Record<string, unknown>): ReplyMessage | undefined {
  const id = countOf(value['id'], Number.MAX_SAFE_INTEGER);
  if (id === undefined) return undefined;
  if (value['type'] === 'reply') return { type: 'reply', id, body: value };
  return { type: 'error', id, error: textOf(value['error'], MAX_MESSAGE_UNITS) ?? '', message: textOf(value['message'], MAX_MESSAGE_UNITS) ?? '' };
}
