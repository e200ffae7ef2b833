/** What front tells of calls and rooms by itself, as docs/people.md has it, read from JSON that is not trusted. */
import { isConnectionFailureId, type ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { countOf, textOf } from './fields.ts';
import { MAX_NAME_UNITS } from './person.ts';
import { parseId, parseMembers, type Member } from './room.ts';

export type CallEnd =
  | 'declined' | 'cancelled' | 'expired' | 'busy' | 'away' | 'hung-up' | 'gone' | 'answered-elsewhere' | 'closed-by-operator' | 'failed';

export type ShownOut = 'elsewhere' | 'deleted' | 'closed-by-operator' | 'gone' | 'rooms-away';

/** It rings here: for a call between two with the other's offer, or with the room that one is invited into. */
export interface Invited {
  readonly type: 'invited';
  readonly call: string;
  readonly from: string;
  readonly expiresInMs: number;
  readonly sdp: string | undefined;
  readonly room: string | undefined;
  readonly key: string | undefined;
  readonly title: string | undefined;
  /** The call that goes on in the room: nobody rings. */
  readonly replaces: string | undefined;
}

export type MeetingMessage =
  | Invited
  | { readonly type: 'ringing'; readonly call: string; readonly elsewhere: boolean }
  | { readonly type: 'answered'; readonly call: string; readonly sdp: string | undefined }
  | CallEnded
  | { readonly type: 'candidates'; readonly call: string; readonly fragment: string }
  | { readonly type: 'offer'; readonly room: string; readonly offer: number | string; readonly sdp: string }
  | { readonly type: 'room'; readonly room: string; readonly members: Member[]; readonly speaking: string | null }
  | RoomText
  | { readonly type: 'left'; readonly room: string; readonly reason: ShownOut; readonly message: string; readonly error?: ConnectionFailureId };

export interface CallEnded {
  readonly type: 'ended';
  readonly call: string;
  readonly reason: CallEnd;
  readonly message: string;
}

export interface RoomText {
  readonly type: 'text';
  /** Undefined for a text between two outside any room. */
  readonly room: string | undefined;
  /** Null for the greeting. */
  readonly from: string | null;
  /** The sender's identifier in the room. */
  readonly member: string | undefined;
  readonly to: string | undefined;
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
  readonly private: boolean;
}

/** A message of front is at most 64 kB. */
export const MAX_SDP_UNITS = 65_536;
const MAX_TEXT_UNITS = 4_096;
const MAX_WAIT_MS = 600_000;

const CALL_ENDS: readonly string[] = [
  'declined', 'cancelled', 'expired', 'busy', 'away', 'hung-up', 'gone', 'answered-elsewhere', 'closed-by-operator', 'failed',
] satisfies CallEnd[];
const SHOWN_OUT: readonly string[] = ['elsewhere', 'deleted', 'closed-by-operator', 'gone', 'rooms-away'] satisfies ShownOut[];

/** @returns undefined for messages of another kind, and for those that lack what they are about */
export function parseMeetingMessage(value: Record<string, unknown>): MeetingMessage | undefined {
  const call = parseId(value['call']);
  const room = parseId(value['room']);
  const sdp = textOf(value['sdp'], MAX_SDP_UNITS);
  switch (value['type']) {
    case 'invited':
      return call === undefined ? undefined : parseInvited(value, call, room, sdp);
    case 'ringing':
      return call === undefined ? undefined : { type: 'ringing', call, elsewhere: value['elsewhere'] === true };
    case 'answered':
      return call === undefined ? undefined : { type: 'answered', call, sdp };
    case 'ended':
      return call === undefined ? undefined : { type: 'ended', call, reason: callEnd(value['reason']), message: sentence(value['message']) };
    case 'candidates': {
      const fragment = textOf(value['fragment'], MAX_SDP_UNITS);
      return call === undefined || fragment === undefined ? undefined : { type: 'candidates', call, fragment };
    }
    case 'offer':
      return room === undefined || sdp === undefined || !isOfferId(value['offer']) ? undefined : { type: 'offer', room, offer: value['offer'], sdp };
    case 'room': {
      const members = parseMembers(value['members']);
      return room === undefined || !members ? undefined : { type: 'room', room, members, speaking: parseId(value['speaking']) ?? null };
    }
    case 'text':
      return parseText(value, room);
    case 'left': {
      const { error } = value;
      return room === undefined ? undefined : { type: 'left', room, reason: shownOut(value['reason']), message: sentence(value['message']), ...(isConnectionFailureId(error) ? { error } : {}) };
    }
    default:
      return undefined;
  }
}

function parseInvited(value: Record<string, unknown>, call: string, room: string | undefined, sdp: string | undefined): Invited | undefined {
  const from = textOf(value['from'], MAX_NAME_UNITS);
  if (from === undefined || (room === undefined && sdp === undefined)) return undefined;
  return {
    type: 'invited',
    call,
    from,
    expiresInMs: countOf(value['expiresInMs'], MAX_WAIT_MS) ?? 0,
    sdp,
    room,
    key: parseId(value['key']),
    title: textOf(value['title'], MAX_NAME_UNITS),
    replaces: parseId(value['replaces']),
  };
}

function parseText(value: Record<string, unknown>, room: string | undefined): RoomText | undefined {
  const text = textOf(value['text'], MAX_TEXT_UNITS);
  if (text === undefined) return undefined;
  return {
    type: 'text',
    room,
    from: textOf(value['from'], MAX_NAME_UNITS) ?? null,
    member: parseId(value['member']),
    to: textOf(value['to'], MAX_NAME_UNITS),
    time: parseId(value['time']) ?? '',
    text,
    private: value['private'] === true,
  };
}

function sentence(value: unknown): string {
  return textOf(value, MAX_TEXT_UNITS) ?? '';
}

/** A newer front may know further reasons: the call is over all the same. */
function callEnd(value: unknown): CallEnd {
  return typeof value === 'string' && CALL_ENDS.includes(value) ? (value as CallEnd) : 'failed';
}

function shownOut(value: unknown): ShownOut {
  return typeof value === 'string' && SHOWN_OUT.includes(value) ? (value as ShownOut) : 'gone';
}

function isOfferId(value: unknown): value is number | string {
  return (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value !== '');
}
