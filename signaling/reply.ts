/** What the daemon answers, apart from the transaction that carries it; refusals travel as errors. */

import { quote } from '../shared/sip/message/characters.ts';

/** A final response's own part: what RFC 3261 §8.2.6 copies from the request comes by itself. */
export interface Reply {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly contentType?: string;
  /** Tag for the To header, where the answer begins a dialog. */
  readonly toTag?: string;
}

export interface RefusalDetails {
  readonly headers?: readonly (readonly [string, string])[];
  readonly cause?: unknown;
}

/** RFC 3261 §20.43: a warning for people to read. */
const MISCELLANEOUS_WARNING = '399 sipcast';
const MAX_WARNING_LENGTH = 200;

/** The request is refused with this status; its message goes into a Warning header. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];

  constructor(status: number, message: string, details: RefusalDetails = {}) {
    super(message, { cause: details.cause });
    this.status = status;
    this.headers = details.headers ?? [];
  }

  toReply(): Reply {
    return refusal(this.status, this.message, this.headers);
  }
}

/** The same without an error, for refusals that strangers can provoke at will: an error's stack costs more than all the rest. */
export function refusal(status: number, message: string, headers: readonly (readonly [string, string])[] = []): Reply {
  return { status, headers: [...headers, ['Warning', warning(message)]] };
}

function warning(text: string): string {
  let visible = '';
  for (const character of text) {
    if (visible.length >= MAX_WARNING_LENGTH) break;
    const code = character.charCodeAt(0);
    visible += code < 32 || code === 127 ? ' ' : character;
  }
  return `${MISCELLANEOUS_WARNING} ${quote(visible)}`;
}
