/** What `--source sip:NAME@HOST[:PORT]` names: a streamer, and the daemon that knows it. */
import { integerBetween, parseHost } from '../../shared/cli/parsers.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { sipUri, type Address } from '../../shared/sip/index.ts';

const SIP_PORT = 5060;
const parseSipPort = integerBetween(1, 65_535);
const ANY_SIP = /^sips?:/i;
/** The name may hold spaces, as people type it, or be escaped. */
const ADDRESS = /^sip:(.+?)(?:@(\[[^\]]+\]|[^@:]+)(?::(\d+))?)?$/i;

export interface Origin {
  /** As the directory has it. */
  readonly name: string;
  readonly signaling: Address;
}

/** As it is named: without a daemon it is one of our own. */
export interface NamedOrigin {
  readonly name: string;
  readonly signaling: Address | undefined;
}

export function isRelayed(source: string | undefined): source is string {
  return source !== undefined && ANY_SIP.test(source);
}

/** @throws UsageError for what is no such address */
export function readOrigin(source: string): NamedOrigin {
  const [, user, host, port] = ADDRESS.exec(source) ?? [];
  const name = user === undefined || user.includes('@') ? undefined : unescaped(user);
  if (name === undefined) throw new UsageError(`--source ${source}: expected sip:NAME@HOST or sip:NAME@HOST:PORT, such as sip:camera@signaling.example.com`);
  if (host === undefined) return { name, signaling: undefined };
  return { name, signaling: { host: parseHost(host), port: port === undefined ? SIP_PORT : parseSipPort(port) } };
}

/** The address of record of a name there; without one, of the daemon itself. */
export function addressOf(name: string | undefined, { host, port }: Address): string {
  return sipUri(name, host, port === SIP_PORT ? undefined : port);
}

function unescaped(user: string): string | undefined {
  try {
    const name = decodeURIComponent(user).trim();
    return name === '' ? undefined : name;
  } catch {
    return undefined;
  }
}
