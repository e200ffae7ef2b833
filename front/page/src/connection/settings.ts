/** What front allows, as its `GET /settings` says. */
import { isRecord, listOf, textOf } from './fields.ts';
import { Http, type HttpOptions } from './http.ts';

export interface Settings {
  /** Whether one may come in with a name alone. */
  readonly guests: boolean;
  readonly accounts: boolean;
  /** STUN and TURN servers for peer connections. */
  readonly iceServers: readonly IceServer[];
}

export interface IceServer {
  readonly urls: string[];
  readonly username?: string;
  readonly credential?: string;
}

/** Until front has been asked. */
export const DEFAULT_SETTINGS: Settings = { guests: true, accounts: true, iceServers: [] };

const MAX_SERVERS = 16;
const MAX_UNITS = 1_000;

/** @throws FailureError */
export async function fetchSettings(options: HttpOptions): Promise<Settings> {
  const answer = await new Http(options).ask('/settings', { method: 'GET' });
  return {
    guests: answer['guests'] !== false,
    accounts: answer['accounts'] !== false,
    iceServers: listOf(answer['iceServers'], MAX_SERVERS, parseServer) ?? [],
  };
}

function parseServer(value: unknown): IceServer | undefined {
  if (!isRecord(value)) return undefined;
  const urls = listOf(Array.isArray(value['urls']) ? value['urls'] : [value['urls']], MAX_SERVERS, (url) => textOf(url, MAX_UNITS)) ?? [];
  if (urls.length === 0) return undefined;
  const [username, credential] = [textOf(value['username'], MAX_UNITS), textOf(value['credential'], MAX_UNITS)];
  return { urls, ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) };
}
