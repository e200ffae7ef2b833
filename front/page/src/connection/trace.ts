/** What front tells of the messages that pass the signaling daemon, read from JSON that is not trusted. */
import { countOf, isRecord, listOf, textOf } from './fields.ts';

/** A message as it passed the daemon. */
export interface WireMessage {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** `ip:port`. */
  readonly source: string;
  readonly target: string;
  /** It was thrown away in place of being sent. */
  readonly lost: boolean;
  /** Bytes of the datagram, where `raw` is only its beginning. */
  readonly bytes: number | undefined;
  readonly raw: string;
}

export type PartyKind = 'signaling' | 'front' | 'streamer' | 'focus' | 'ingest';

/** Who is at an address. */
export interface Party {
  readonly name: string;
  readonly kind: PartyKind;
}

export interface TraceStart {
  readonly messages: WireMessage[];
  readonly parties: ReadonlyMap<string, Party>;
  /** Whether more comes already; if not, the first `trace` message says that it does. */
  readonly live: boolean;
}

export interface Trace extends Omit<TraceStart, 'live'> {
  readonly type: 'trace';
  /** Messages that were only counted. */
  readonly dropped: number;
}

/** There is nothing to read along at present, for this reason. */
export interface TraceTrouble {
  readonly type: 'trace-trouble';
  readonly error: string;
  readonly message: string;
}

const MAX_MESSAGES = 1000;
const MAX_PARTIES = 500;
const MAX_RAW_UNITS = 20_000;
const MAX_TEXT_UNITS = 500;
const ADDRESS = /^(?:[\d.]+|\[[\da-f:.]+\]):\d+$/i;
const KINDS: readonly string[] = ['signaling', 'front', 'streamer', 'focus', 'ingest'] satisfies PartyKind[];

export function parseTrace(value: Record<string, unknown>): Trace | undefined {
  const read = parseMessages(value);
  return read && { type: 'trace', dropped: countOf(value['dropped'], Number.MAX_SAFE_INTEGER) ?? 0, ...read };
}

export function parseTraceStart(value: Record<string, unknown>): TraceStart | undefined {
  const read = parseMessages(value);
  return read && { ...read, live: value['live'] === true };
}

function parseMessages({ messages, parties }: Record<string, unknown>): Omit<TraceStart, 'live'> | undefined {
  const read = listOf(messages, MAX_MESSAGES, parseMessage);
  return read && { messages: read, parties: parseParties(parties) };
}

export function parseTraceTrouble({ error, message }: Record<string, unknown>): TraceTrouble {
  return { type: 'trace-trouble', error: textOf(error, MAX_TEXT_UNITS) ?? '', message: textOf(message, MAX_TEXT_UNITS) ?? '' };
}

function parseMessage(value: unknown): WireMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { at, source, target, lost, bytes, raw } = value;
  if (typeof at !== 'number' || !isAddress(source) || !isAddress(target) || typeof raw !== 'string') return undefined;
  return { at, source, target, lost: lost === true, bytes: countOf(bytes, Number.MAX_SAFE_INTEGER), raw: raw.slice(0, MAX_RAW_UNITS) };
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && ADDRESS.test(value);
}

function parseParties(value: unknown): Map<string, Party> {
  const parties = new Map<string, Party>();
  for (const [address, party] of isRecord(value) ? Object.entries(value).slice(0, MAX_PARTIES) : []) {
    if (!isAddress(address) || !isRecord(party)) continue;
    const name = textOf(party['name'], MAX_TEXT_UNITS);
    const kind = KINDS.find((each) => each === party['kind']);
    if (name !== undefined && kind !== undefined) parties.set(address, { name, kind: kind as PartyKind });
  }
  return parties;
}
