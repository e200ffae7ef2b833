/** Why the media of a call never came up: an identifier for programs, and a sentence for people; a BYE carries both in its Reason (RFC 3326). */

export const CONNECTION_FAILURES = ['no-common-address', 'no-udp', 'no-answer-to-checks', 'dtls-failed', 'no-media'] as const;
export type ConnectionFailureId = (typeof CONNECTION_FAILURES)[number];

export interface ConnectionFailure {
  readonly id: ConnectionFailureId;
  readonly sentence: string;
}

/** The status of SIP that comes nearest. */
const CAUSES: Readonly<Record<ConnectionFailureId, number>> = {
  'no-common-address': 488,
  'no-udp': 408,
  'no-answer-to-checks': 408,
  'dtls-failed': 488,
  'no-media': 408,
};

/** A BYE is to fit into one datagram, whatever addresses a sentence names. */
const MAX_SENTENCE_CHARACTERS = 400;
/** Nobody writes a longer Reason for a person to read. */
const MAX_HEADER_CHARACTERS = 2_000;

/** A quoted text of a Reason whose protocol is SIP; there may be several reasons, and other parameters. */
const TEXT = /(?:^|,)\s*SIP\s*(?:;\s*[\w-]+\s*=\s*[\w.-]+\s*)*;\s*text\s*=\s*"((?:[^"\\]|\\.)*)"/i;

/** @returns whether the text is one of the stable identifiers */
export function isConnectionFailureId(text: unknown): text is ConnectionFailureId {
  return CONNECTION_FAILURES.some((id) => id === text);
}

/** `SIP;cause=408;text="no-udp: No UDP …"`; what a quoted string cannot hold is replaced. */
export function formatFailureReason({ id, sentence }: ConnectionFailure): string {
  const text = sentence.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_SENTENCE_CHARACTERS);
  return `SIP;cause=${CAUSES[id]};text="${id}: ${text}"`;
}

/**
 * @param header the value of a Reason header, which is not trusted
 * @returns undefined where it gives none of these reasons
 */
export function readFailureReason(header: string | undefined): ConnectionFailure | undefined {
  const [, quoted = ''] = TEXT.exec(header?.slice(0, MAX_HEADER_CHARACTERS) ?? '') ?? [];
  const [, id, sentence = ''] = /^([a-z-]+): *(.*)$/s.exec(quoted.replaceAll(/\\(.)/gs, '$1')) ?? [];
  if (!isConnectionFailureId(id)) return undefined;
  return { id, sentence: sentence.replaceAll(/\p{Cc}/gu, ' ').slice(0, MAX_SENTENCE_CHARACTERS) };
}
