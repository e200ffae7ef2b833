/** The transport's other end, as an offer describes it (RFC 8829, RFC 8839, RFC 8843): the same whatever is to be sent over it. */
import { isIPv4 } from 'node:net';
import { SdpError, type Direction, type MediaSection, type SessionDescription } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';

/** More candidates than this are no help. */
const MAX_CANDIDATES = 16;
/** RFC 8285 §4.2: what fits a one-byte header. */
const MAX_ONE_BYTE_ID = 14;

export interface RemoteEnd {
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprints: readonly { readonly algorithm: string; readonly value: string }[];
  /** Where he can be reached by UDP: IPv4 addresses, not names that only his own network knows. */
  readonly candidates: readonly { readonly host: string; readonly port: number }[];
  /** All that he says of where he is, as the lines have it: also what we cannot check. */
  readonly offered: readonly string[];
}

/** Only sections that share the first one's transport can be sent: all goes through one socket (RFC 8843). */
export function bundled(description: SessionDescription, sections: readonly MediaSection[]): readonly MediaSection[] {
  const groups = description.session.attributes('group').map((group) => group.split(' '));
  const bundle = groups.find(([semantics, ...mids]) => semantics === 'BUNDLE' && mids.length > 0);
  return bundle ? sections.filter(({ mid }) => mid !== undefined && bundle.includes(mid)) : sections.slice(0, 1);
}

/**
 * The section whose transport all others share: the first that is taken, as the group of our answer says (RFC 8843 §7.3.1). An offer that
 * need not be bundled has a transport for each.
 * @param taken at least one of `sections`
 */
export function carrierOf(sections: readonly MediaSection[], taken: readonly [MediaSection, ...MediaSection[]]): MediaSection {
  return sections.find((section) => taken.includes(section)) ?? taken[0];
}

function required(section: MediaSection, name: string): string {
  const value = section.attribute(name);
  if (value === undefined || value === '') throw new SdpError(`The description has no ${name}`);
  return value;
}

/** Those that we can check, of lines without `a=candidate:`. */
export function usableCandidates(lines: readonly string[]): { host: string; port: number }[] {
  return [...new Set(lines)].flatMap(usable).slice(0, MAX_CANDIDATES);
}

/** @returns none for a candidate that we cannot check */
function usable(candidate: string): { host: string; port: number }[] {
  const [, component, protocol, , host = '', port] = candidate.split(' ');
  return component === '1' && protocol?.toLowerCase() === 'udp' && isIPv4(host) ? [{ host, port: Number(port) }] : [];
}

/**
 * @param carrier the section whose transport all others share
 * @throws SdpError where something is missing
 * @throws NotAcceptableError where we cannot play our part
 */
export function remoteEnd(carrier: MediaSection, sections: readonly MediaSection[]): RemoteEnd {
  if (carrier.attribute('setup') === 'active') throw new NotAcceptableError('The offer insists on the role of the DTLS client');
  return describedEnd(carrier, sections);
}

/** The same of an answer, in which the roles of DTLS are settled. @throws SdpError where something is missing */
export function describedEnd(carrier: MediaSection, sections: readonly MediaSection[]): RemoteEnd {
  const offered = [...new Set(sections.flatMap((each) => each.attributes('candidate')))];
  return {
    iceUfrag: required(carrier, 'ice-ufrag'),
    icePwd: required(carrier, 'ice-pwd'),
    fingerprints: carrier.attributes('fingerprint').map((line) => {
      const [algorithm = '', value = ''] = line.split(' ');
      return { algorithm, value };
    }),
    candidates: usableCandidates(offered),
    offered: offered.slice(0, MAX_CANDIDATES),
  };
}

/** The number of a header extension that the offerer sends or takes in one of these directions; only numbers that fit a one-byte header. */
export function extensionNumber(section: MediaSection, wanted: string, directions: readonly Direction[]): number | undefined {
  for (const extmap of section.attributes('extmap')) {
    const [entry = '', uri] = extmap.split(' ');
    const [id, direction = 'sendrecv'] = entry.split('/');
    if (uri === wanted && Number(id) >= 1 && Number(id) <= MAX_ONE_BYTE_ID && directions.some((each) => each === direction)) return Number(id);
  }
  return undefined;
}
