/** What operators choose about sending media, checked: the addresses, the ports, and the way of encrypting and sending. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { integerBetween, parseHost, type Parser } from '../shared/cli/parsers.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import type { EgressKind } from './egress/egress.ts';
import { chooseEgress, EgressUnavailableError, type ChosenEgress } from './egress/open.ts';
import { NoFreePortError, requireFreePorts, sizeOf, type PortRange } from './egress/port-range.ts';
import { defaultWorkers } from './shard/open-shards.ts';
import { MAX_ADDRESSES, mediaAddresses, OWN_ADDRESSES, type MediaPlace } from './webrtc/addresses.ts';

const MAX_PORT = 65_535;
/** 0.0.0.0/8, multicast, and what is kept for other uses (RFC 1122 §3.2.1.3, RFC 1112 §4): no viewer sends to there. */
const NOBODYS = /^(?:0|22[4-9]|2[3-5]\d)\./;

/** The options, as they are given. */
export interface MediaOptions {
  readonly mediaHost: string | undefined;
  /** Addresses and host names. */
  readonly announceIp: readonly string[] | undefined;
  readonly mediaPort: number | undefined;
  readonly mediaPortRange: PortRange | undefined;
}

/** `203.0.113.7,own`: addresses, host names, and the word that stands for this machine's own. Throws UsageError. */
export const parseAnnounced: Parser<readonly string[]> = (text) => {
  const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (entries.length === 0 || entries.length > MAX_ADDRESSES) throw new UsageError(`expected 1 to ${MAX_ADDRESSES} IPv4 addresses or host names, with commas between`);
  return entries.map((entry) => parseHost(entry));
};

const parsePortNumber = integerBetween(1, MAX_PORT);

/** A UDP port that others know. Throws UsageError. */
export const parseMediaPort: Parser<number> = (text) => parsePortNumber(text);

/** `40000-40003`. Throws UsageError. */
export const parsePortRange: Parser<PortRange> = (text) => {
  const [from = '', to = '', ...more] = text.split('-').map((part) => part.trim());
  if (more.length > 0 || to === '') throw new UsageError('expected two ports with a hyphen between, such as 40000-40003');
  const range = { first: parsePortNumber(from), last: parsePortNumber(to) };
  if (range.first > range.last) throw new UsageError('expected the lower port first');
  return range;
};

/**
 * Threads to spread viewers over, each of which needs a port of its own.
 * @param workers as given; undefined for as many as do well on this machine, and as there are ports
 * @throws UsageError where more are asked for than there are ports
 */
export function chooseWorkers(workers: number | undefined, ports: PortRange | undefined, byDefault: number = defaultWorkers()): number {
  if (!ports) return workers ?? byDefault;
  if (workers === undefined) return Math.min(byDefault, sizeOf(ports));
  if (workers > sizeOf(ports)) throw new UsageError(`--workers ${workers}: each needs a port of its own; give a --media-port-range of as many, or --workers ${sizeOf(ports)}`);
  return workers;
}

/** The ports that are to be used; undefined for any. @throws UsageError where both options are given */
export function mediaPorts({ mediaPort, mediaPortRange }: Pick<MediaOptions, 'mediaPort' | 'mediaPortRange'>): PortRange | undefined {
  if (mediaPort === undefined) return mediaPortRange;
  if (mediaPortRange) throw new UsageError('--media-port and --media-port-range say the same thing: give one of them');
  return { first: mediaPort, last: mediaPort };
}

/**
 * Resolves with the place that media has in the network, names turned into addresses and ports found free.
 * @param sockets how many will be opened
 * @throws UsageError for what cannot be
 */
export async function mediaPlace(options: MediaOptions, sockets: number, lookup = lookupIpv4): Promise<MediaPlace> {
  const { mediaHost, announceIp } = options;
  requireMediaHost(mediaHost);
  const announced = announceIp && (await Promise.all(announceIp.map((entry) => announcedAddress(entry, lookup))));
  const ports = mediaPorts(options);
  const place: MediaPlace = { mediaHost, ...(announced ? { announced } : {}), ...(ports ? { ports } : {}) };
  if (ports) await requireFree(place, ports, sockets);
  return place;
}

async function requireFree(place: MediaPlace, ports: PortRange, sockets: number): Promise<void> {
  try {
    await requireFreePorts(mediaAddresses(place, networkInterfaces()).bind, ports, sockets);
  } catch (error) {
    if (error instanceof NoFreePortError) throw new UsageError(`no port for media: ${error.message}`, { cause: error });
    throw error;
  }
}

type Lookup = (host: string) => Promise<string>;

const lookupIpv4: Lookup = async (host) => (await systemLookup(host, { family: 4 })).address;

async function announcedAddress(entry: string, lookup: Lookup): Promise<string> {
  if (entry === OWN_ADDRESSES) return entry;
  const address = isIPv4(entry) ? entry : await lookup(entry).catch((cause: unknown) => {
    throw new UsageError(`--announce-ip ${entry}: no IPv4 address is known for it`, { cause });
  });
  if (NOBODYS.test(address)) throw new UsageError(`--announce-ip ${entry}: nobody can be reached at ${address}`);
  return address;
}

/** @param mediaHost undefined for every address of this machine @throws UsageError where it has none such */
function requireMediaHost(mediaHost: string | undefined): void {
  if (mediaHost === undefined) return;
  const own = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []).map(({ address }) => address);
  if (!isIPv4(mediaHost)) throw new UsageError(`--media-host ${mediaHost}: expected an IPv4 address of this machine`);
  if (mediaHost !== '0.0.0.0' && !mediaHost.startsWith('127.') && !own.includes(mediaHost)) throw new UsageError(`--media-host ${mediaHost}: this machine has no such address`);
}

/** @param fanout the best that works here unless given @throws UsageError where that one does not */
export function chooseFanout(fanout: EgressKind | undefined): ChosenEgress {
  try {
    return chooseEgress(fanout);
  } catch (error) {
    if (error instanceof EgressUnavailableError) throw new UsageError(`--fanout native: ${error.message}`, { cause: error });
    throw error;
  }
}
