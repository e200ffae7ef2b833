/** The STUN and TURN servers that pages are to use (RFC 7064, RFC 7065), as an operator writes them and as a browser wants them. */
import type { Parser } from '../shared/cli/parsers.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { parseHostPort } from '../shared/sip/message/host.ts';

/** The WebRTC API's RTCIceServer. */
export interface IceServer {
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

const MAX_SERVERS = 16;
const SERVER = /^(stun|stuns|turn|turns):(?:([^@]*)@)?([^@?]+)(\?transport=(?:udp|tcp))?$/;
const EXAMPLE = 'stun:stun.example.org:3478 or turn:user:password@turn.example.org:3478';

/**
 * Reads a list such as `stun:host:port,turn:user:password@host:port`; what would end a part of it is percent-encoded in user and password.
 * Throws UsageError, whose text never holds what was given: there may be a password in it.
 */
export const parseIceServers: Parser<IceServer[]> = (text) => {
  const servers = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (servers.length > MAX_SERVERS) throw new UsageError(`expected at most ${MAX_SERVERS} servers`);
  return servers.map(parseIceServer);
};
parseIceServers.secret = true;
parseIceServers.list = true;

function parseIceServer(text: string): IceServer {
  const [, scheme = '', credentials, address = '', query = ''] = SERVER.exec(text) ?? [];
  const isTurn = scheme.startsWith('turn');
  if (parseHostPort(address) === undefined || (!isTurn && query !== '')) throw new UsageError(`expected servers such as ${EXAMPLE}`);
  const urls = `${scheme}:${address}${query}`;
  if (!isTurn) {
    if (credentials !== undefined) throw new UsageError('a STUN server takes no user and password');
    return { urls };
  }
  const colon = credentials?.indexOf(':') ?? -1;
  if (credentials === undefined || colon < 1 || colon === credentials.length - 1) throw new UsageError('a TURN server needs a user and a password: turn:user:password@host:port');
  return { urls, username: decoded(credentials.slice(0, colon)), credential: decoded(credentials.slice(colon + 1)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new UsageError('user and password of a TURN server must be percent-encoded', { cause: error });
  }
}
