/** Session description → text, every line ended by CRLF (RFC 8866 §5). */

import type { SessionDescription } from './session-description.ts';

export function formatSdp(description: SessionDescription): string {
  return [description.session, ...description.media]
    .flatMap((section) => section.lines)
    .map(({ type, value }) => `${type}=${value}\r\n`)
    .join('');
}
