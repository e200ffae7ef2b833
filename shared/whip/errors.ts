/** How a request of WHIP or WHEP is refused: an HTTP status (RFC 9110 §15.5, RFC 6585), a stable id for programs and a sentence for people. */

/** Ids that this library itself refuses with; a handler may use others. */
export type WhipErrorCode =
  | 'unsupported-type'
  | 'bad-offer'
  | 'bad-fragment'
  | 'unknown-route'
  | 'unknown-session'
  | 'method-not-allowed'
  | 'precondition-failed'
  | 'precondition-required'
  | 'not-supported'
  | 'too-many-requests'
  | 'too-many-sessions'
  | 'full'
  | 'stopping';

/** Thrown by a handler to refuse; becomes the answer `{"error": code, "message": message}`. */
export class WhipError<Code extends string = string> extends Error {
  override readonly name = 'WhipError';
  readonly status: number;
  readonly code: Code;
  /** Further headers of the answer, `Retry-After` say. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: Code, message: string, { cause, headers = {} }: { cause?: unknown; headers?: Readonly<Record<string, string>> } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The body of the answer. */
  toJSON(): { error: Code; message: string } {
    return { error: this.code, message: this.message };
  }
}

/** A refusal of the library's own. */
export function refusal(status: number, code: WhipErrorCode, message: string, headers?: Readonly<Record<string, string>>): WhipError<WhipErrorCode> {
  return new WhipError(status, code, message, headers === undefined ? {} : { headers });
}
