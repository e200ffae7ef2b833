/** STUN and TURN servers as Link headers of the answer to an offer (RFC 8288, RFC 9725 §4.6). */

/** The WebRTC API's RTCIceServer, with one address. */
export interface IceServer {
  readonly urls: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

/** What a quoted string of a header can hold (RFC 9110 §5.6.4), as far as everybody agrees on its meaning. */
const QUOTABLE = /^[\t -~]*$/;
const ADDRESS = /^[!-;=?-~]+$/;

/** One value for each server, in their order; servers whose address or credentials no header can hold are left out. */
export function iceServerLinks(servers: readonly IceServer[]): string[] {
  return servers
    .filter(({ urls, username = '', credential = '' }) => ADDRESS.test(urls) && QUOTABLE.test(username) && QUOTABLE.test(credential))
    .map(({ urls, username, credential }) =>
      [
        `<${urls}>`,
        'rel="ice-server"',
        ...(username === undefined ? [] : [`username=${quoted(username)}`]),
        ...(credential === undefined ? [] : [`credential=${quoted(credential)}`, 'credential-type="password"']),
      ].join('; '),
    );
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
