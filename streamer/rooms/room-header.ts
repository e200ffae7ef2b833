/** The header `Sipcast-Room`: in an INVITE what the room is called and how many it holds, in its 200 who one is there. */
import { parseParameters, Parameters } from '../../shared/sip/message/parameters.ts';
import { parseDigits } from '../../shared/sip/message/scalars.ts';
import { SipSyntaxError, type SipRequest } from '../../shared/sip/index.ts';

export const ROOM_HEADER = 'Sipcast-Room';

/** Characters, as people count them. */
const MAX_TITLE = 200;
const LEAST_MEMBERS = 2;
const MOST_MEMBERS = 100_000;

export interface RoomTerms {
  /** Undefined for a room without. */
  readonly title: string | undefined;
  /** How many members it holds (RFC 4575's maximum-user-count); undefined for any number. */
  readonly max: number | undefined;
}

/** Whether one is the first in the room. */
export type JoinEvent = 'created' | 'joined';

/** `title="Tea at five";max=5`, both optional. @throws SipSyntaxError for what is no such header */
export function readRoomTerms({ headers }: SipRequest): RoomTerms {
  const text = headers.get(ROOM_HEADER);
  if (text === undefined || text === '') return { title: undefined, max: undefined };
  const parameters = parseParameters(`;${text}`, 0, ROOM_HEADER);
  const [title, max] = [parameters.get('title'), parameters.get('max')];
  if (title === true || Array.from(title ?? '').length > MAX_TITLE) throw malformed('a title that is none');
  return { title, max: max === undefined ? undefined : memberCount(max) };
}

/** `member=m1;event=created` */
export function formatPlace(member: string, event: JoinEvent): string {
  return new Parameters(['member', 'event'], [member, event]).toString().slice(1);
}

function memberCount(text: string | true): number {
  const max = text === true ? undefined : parseDigits(text, MOST_MEMBERS);
  if (max === undefined || max < LEAST_MEMBERS) throw malformed(`a max that is no number from ${LEAST_MEMBERS} on`);
  return Math.min(max, MOST_MEMBERS);
}

function malformed(what: string): SipSyntaxError {
  return new SipSyntaxError(`${ROOM_HEADER} has ${what}`, { header: ROOM_HEADER });
}
