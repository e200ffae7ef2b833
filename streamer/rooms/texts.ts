/** What members say (RFC 3428, RFC 3862), checked and bounded: a MESSAGE becomes a text for all or one, a text a CPIM message. */
import { CPIM_TYPE, CpimError, formatCpim, parseCpim, type ReadCpimMessage } from '../../shared/cpim/cpim.ts';
import { roomName } from '../../shared/rooms/room-name.ts';
import { parseUri, sipUri, SipSyntaxError, type Address, type SipRequest } from '../../shared/sip/index.ts';
import { RefusedError } from '../call/refused.ts';
import type { RoomText } from './room.ts';

/** Characters, as people count them. */
const MAX_TEXT = 2000;
/** Four bytes a character, and the headers. */
const MAX_BODY_BYTES = 16_384;
const PLAIN_TEXT = 'text/plain';

/** Texts that one member may say within the window. */
const MAX_TEXTS = 10;
const WINDOW_MS = 5000;

/** What a member asks to be said. */
export interface SaidText {
  /** Whom he claims to be: the user part of the URI; undefined where he does not say. */
  readonly from: string | undefined;
  /** The name of the one whom it is for; undefined for all. */
  readonly to: string | undefined;
  readonly text: string;
}

/** @throws RefusedError 413 for too much, 415 for what is no text, 400 for nothing or nonsense */
export function readText(request: SipRequest, room: string): SaidText {
  if (request.contentType !== CPIM_TYPE) throw new RefusedError(415, `what is said is ${CPIM_TYPE}`, { Accept: CPIM_TYPE });
  if (request.body.length > MAX_BODY_BYTES) throw tooLong();
  const { from, to, contentType, text } = parsed(request.body.toString('utf8'));
  if (contentType !== PLAIN_TEXT) throw new RefusedError(415, `what is said is ${PLAIN_TEXT} inside ${CPIM_TYPE}`, { Accept: CPIM_TYPE });
  if (text.trim() === '') throw new RefusedError(400, 'there is nothing in this text');
  if (text.length > 2 * MAX_TEXT || Array.from(text).length > MAX_TEXT) throw tooLong();
  const receiver = userOf(to);
  return { from: userOf(from), to: receiver === roomName(room) ? undefined : receiver, text };
}

/** @param domain host and port of the addresses of persons and rooms */
export function formatText({ from, to, text }: RoomText, { room, domain, time }: { room: string; domain: Pick<Address, 'host'> & { port: number | undefined }; time: Date }): string {
  const address = (name: string | undefined): string => sipUri(name ?? roomName(room), domain.host, domain.port);
  return formatCpim({ from: address(from), to: address(to), dateTime: time.toISOString(), text });
}

/** How often one member may speak. */
export class TextRate {
  readonly #now: () => number;
  /** When each of the last texts came. */
  #times: number[] = [];

  /** @param now milliseconds, monotonic */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws RefusedError 503 with Retry-After when there were too many within the window; those that are refused do not count */
  admit(): void {
    const now = this.#now();
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS);
    const [oldest] = this.#times;
    if (oldest !== undefined && this.#times.length >= MAX_TEXTS) {
      throw new RefusedError(503, 'so many texts so fast', { 'Retry-After': String(Math.ceil((oldest + WINDOW_MS - now) / 1000)) });
    }
    this.#times.push(now);
  }
}

function parsed(body: string): ReadCpimMessage {
  try {
    return parseCpim(body);
  } catch (cause) {
    if (cause instanceof CpimError) throw new RefusedError(400, `the text cannot be read: ${cause.message}`, {}, { cause });
    throw cause;
  }
}

function userOf(uri: string): string | undefined {
  if (uri === '') return undefined;
  try {
    const { user } = parseUri(uri);
    if (user !== undefined) return user;
  } catch (cause) {
    if (!(cause instanceof SipSyntaxError)) throw cause;
  }
  throw new RefusedError(400, 'From or To names nobody');
}

function tooLong(): RefusedError {
  return new RefusedError(413, `a text has at most ${MAX_TEXT} characters`);
}
