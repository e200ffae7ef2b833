/** Why something did not work, by an identifier that stays the same whatever the words for it become. */
import type { ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';

/** Identifiers that front answers with, in the `error` member of its JSON. */
export const SERVER_FAILURES = [
  'not-registered',
  'unknown-streamer',
  'no-streamer-chosen',
  'no-common-codec',
  'streamer-full',
  'streamer-silent',
  'streamer-error',
  'signaling-silent',
  'signaling-refused',
  'signaling-error',
  'too-many-requests',
  'too-many-names',
  'bad-name',
  'stopping',
  'store-unavailable',
  // Accounts.
  'email-taken',
  'malformed-request',
  'wrong-credentials',
  'invalid-token',
  'sign-in-required',
  'too-busy',
  'operators-only',
  // Publishing.
  'name-taken',
  'no-ingest',
  'bad-offer',
  // Rooms.
  'unknown-room',
  'not-yours',
  'title-taken',
  'too-many-rooms',
  'invite-only',
  'wrong-password',
  'room-full',
  'rooms-away',
  'not-inside',
  'already-here',
  // Calls and texts.
  'unknown-person',
  'unknown-call',
  'unknown-session',
  'in-a-call',
  'too-many-invitations',
  'yourself',
  'empty-text',
  'too-large',
] as const;

/** Identifiers for what the page finds out by itself. */
export const PAGE_FAILURES = [
  'no-webrtc',
  'service-away',
  'offline',
  'streamer-absent',
  'stream-ended',
  'ended-by-operator',
  'connection-blocked',
  'connection-lost',
  'no-picture',
  'bad-answer',
  'other-tab',
  'unexpected',
] as const;

export type FailureId = (typeof SERVER_FAILURES)[number] | (typeof PAGE_FAILURES)[number] | ConnectionFailureId;

export interface Failure {
  readonly id: FailureId;
  /** How long the service asked us to wait (Retry-After), in milliseconds. */
  readonly retryAfterMs?: number;
  /** What the service said, in its own words, for whoever wants to know more. */
  readonly detail?: string;
}

/** An error of this page that carries its {@link Failure}. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.detail ?? failure.id, options);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** @returns the failure behind anything that was thrown */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  return { id: 'unexpected', detail: error instanceof Error ? error.message : String(error) };
}

const known: ReadonlySet<string> = new Set(SERVER_FAILURES);

/** For answers without an identifier that this page knows. */
const BY_STATUS: Readonly<Record<number, FailureId>> = {
  401: 'not-registered',
  404: 'unknown-streamer',
  406: 'no-common-codec',
  409: 'no-streamer-chosen',
  429: 'too-many-requests',
  502: 'signaling-error',
  503: 'streamer-full',
  504: 'streamer-silent',
};

/**
 * Names the failure of an HTTP answer: by its `error` identifier where this page knows it, else by its status.
 * @param status 0 for an answer that has none: a reply over the WebSocket
 * @param id the `error` member of the answer's JSON, if it had one
 */
export function failureIdOf(status: number, id: unknown): FailureId {
  if (typeof id === 'string' && known.has(id)) return id as FailureId;
  // A newer request to watch, in the same name, took this one's place.
  if (id === 'superseded') return 'other-tab';
  return BY_STATUS[status] ?? 'unexpected';
}
