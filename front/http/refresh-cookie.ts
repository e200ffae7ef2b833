/** The cookie that keeps a page signed in: sent to /token/ alone, out of the reach of scripts, and never with other sites' requests. */
import { REFRESH_LIFETIME_MS } from '../accounts/tokens.ts';
import { readCookie } from '../viewers/cookie.ts';

const NAME = 'sipcast_refresh';
const PATH = '/token/';
const MS_PER_SECOND = 1000;

/** The refresh token in a Cookie header, if any. */
export function refreshTokenIn(cookieHeader: string | undefined): string | undefined {
  return readCookie(cookieHeader, NAME);
}

/** The Set-Cookie header (RFC 6265) that keeps `token`; undefined takes back the one before. */
export function refreshCookie(token: string | undefined, { secure }: { secure: boolean }): string {
  const lifetime = token === undefined ? 0 : Math.floor(REFRESH_LIFETIME_MS / MS_PER_SECOND);
  return `${NAME}=${token ?? ''}; Path=${PATH}; Max-Age=${lifetime}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
