/** If-Match (RFC 9110 §13.1.1) as WHIP uses it: an entity-tag names the ICE session that a PATCH is about. */
import { refusal } from './errors.ts';

/** Whatever session there is. RFC 9725 §4.3.3 writes it in quotes, RFC 9110 without; both are meant alike. */
const ANY = '*';

const TAG = /^(W\/)?"([\x21\x23-\x7e]*)"$/;

/** An entity-tag as a header has it. @param opaque printable ASCII without quotes */
export function entityTag(opaque: string): string {
  return `"${opaque}"`;
}

/**
 * Whether the session may be changed.
 * @param ifMatch the header's value
 * @param current what the present ICE session's tag holds between its quotes
 * @throws WhipError 428 without the header (RFC 6585 §3), 412 where it names another session
 */
export function checkIfMatch(ifMatch: string | undefined, current: string): void {
  const entries = (ifMatch ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (entries.length === 0) throw refusal(428, 'precondition-required', 'Say by If-Match which ICE session is meant: that of the latest ETag, or "*" to restart ICE.');
  const fits = entries.some((entry) => {
    const [, weak, opaque = entry] = TAG.exec(entry) ?? [];
    // Strong comparison: a weak tag never matches.
    return weak === undefined && (opaque === current || opaque === ANY);
  });
  if (!fits) throw refusal(412, 'precondition-failed', 'This is the entity-tag of an ICE session that is over: ICE was restarted since.', { ETag: entityTag(current) });
}
