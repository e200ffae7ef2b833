/** An invitation into a room as an INVITE carries it: `text/uri-list` (RFC 2483 §5) with the room's address. */
import { Parameters } from '../../shared/sip/message/parameters.ts';
import { roomId, roomName } from '../../shared/rooms/room-name.ts';
import { SipSyntaxError, parseUri } from '../../shared/sip/index.ts';
import type { Domain } from '../sip/domain.ts';

export const URI_LIST_TYPE = 'text/uri-list';

const MAX_KEY_CHARACTERS = 64;
const MAX_TITLE_CHARACTERS = 200;
/** Control characters, and marks that turn the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

export interface RoomInvitation {
  readonly room: string;
  readonly key?: string | undefined;
  readonly title?: string | undefined;
}

export function formatInvitation({ room, key, title }: RoomInvitation, domain: Domain): string {
  const given = Object.entries({ key, title }).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const parameters = new Parameters(given.map(([name]) => name), given.map(([, value]) => value));
  return `${domain.addressOf(roomName(room), parameters)}\r\n`;
}

/** @returns undefined where the first address is no room's */
export function readInvitation(body: string): RoomInvitation | undefined {
  const line = body.split(/\r?\n/).find((text) => text !== '' && !text.startsWith('#'));
  try {
    const { user, parameters } = parseUri(line ?? '');
    const room = roomId(user ?? '');
    if (room === undefined) return undefined;
    return { room, key: bounded(parameters.get('key'), MAX_KEY_CHARACTERS), title: bounded(parameters.get('title'), MAX_TITLE_CHARACTERS) };
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

function bounded(value: string | true | undefined, limit: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, limit).replaceAll(UNPRINTABLE, '') : undefined;
}
