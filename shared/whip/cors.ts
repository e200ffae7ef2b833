/** Players run on pages of any origin (RFC 9725 §4.2): what browsers want to read before they let them (the Fetch standard's CORS protocol). */

/** How long a browser may remember it, seconds. */
const MAX_AGE_SECONDS = 86_400;

/** For every answer, refusals too. No credentials of the browser's own are asked for, so that any origin may be let in. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Location, ETag, Link, Retry-After, Allow, Accept-Post, Accept-Patch, WWW-Authenticate',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** For the answer to OPTIONS besides. @param methods that the resource takes */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
    'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
  };
}
