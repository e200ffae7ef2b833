/** What a request that cannot be served is told: an HTTP status, a stable id for programs and a sentence for people. */

/** The ids that `{"error": …}` can hold. Programs compare them, so none is ever renamed. */
export type ApiErrorCode =
  | 'malformed-json'
  | 'malformed-request'
  | 'bad-name'
  | 'bad-offer'
  | 'bad-message'
  | 'not-registered'
  | 'foreign-origin'
  | 'unknown-streamer'
  | 'unknown-route'
  | 'method-not-allowed'
  | 'no-common-codec'
  | 'no-streamer-chosen'
  | 'superseded'
  | 'left'
  | 'too-large'
  | 'unsupported-type'
  | 'too-many-requests'
  | 'too-many-names'
  | 'too-many-connections'
  | 'streamer-full'
  | 'streamer-silent'
  | 'streamer-error'
  | 'signaling-silent'
  | 'signaling-refused'
  | 'signaling-error'
  | 'operators-only'
  | 'no-statistics'
  | 'no-trace'
  | 'unknown-capture'
  | 'email-taken'
  | 'wrong-credentials'
  | 'invalid-token'
  | 'sign-in-required'
  | 'too-busy'
  | 'unknown-room'
  | 'invite-only'
  | 'wrong-password'
  | 'title-taken'
  | 'too-many-rooms'
  | 'not-yours'
  | 'unknown-call'
  | 'unknown-session'
  | 'unknown-person'
  | 'unreachable'
  | 'in-a-call'
  | 'too-many-invitations'
  | 'yourself'
  | 'already-here'
  | 'not-inside'
  | 'room-full'
  | 'rooms-away'
  | 'store-unavailable'
  | 'empty-text'
  | 'name-taken'
  | 'no-ingest'
  | 'stopping'
  | 'front-away'
  | 'page-not-built'
  | 'internal-error';

export interface ApiErrorOptions {
  /** The fault underneath, for the log. */
  cause?: unknown;
  /** Further HTTP headers of the answer, `Retry-After` say. */
  headers?: Readonly<Record<string, string>>;
}

/** Thrown by whatever serves a request; becomes the answer `{"error": code, "message": message}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: ApiErrorCode, message: string, { cause, headers = {} }: ApiErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The body of the answer. */
  toJSON(): { error: ApiErrorCode; message: string } {
    return { error: this.code, message: this.message };
  }
}
