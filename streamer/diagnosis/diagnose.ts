/**
 * Why media never came up, by what the streamer saw: the candidates on both sides, which checks came and were answered (RFC 8445 §7),
 * and how far the handshake got. The sentence is read by viewers and operators both, and names addresses but no secret.
 */
import { classOfAddress, type AddressClass } from '../../shared/diagnosis/address-class.ts';
import { readCandidate } from '../../shared/diagnosis/candidate.ts';
import type { ConnectionFailure, ConnectionFailureId } from '../../shared/diagnosis/connection-failure.ts';
import type { ConnectionReport } from './connection-report.ts';

/** Named in one sentence; the log has them all. */
const MAX_NAMED = 3;

export interface Diagnosis extends ConnectionFailure {
  readonly report: ConnectionReport;
}

/** @param report of a connection over which no media could be sent */
export function diagnose(report: ConnectionReport): Diagnosis {
  const found = (id: ConnectionFailureId, sentence: string): Diagnosis => ({ id, sentence, report });
  const { who, answered, checks, nominated, dtls, dtlsError } = report;
  const ours = list(answered.map(hostOf));
  if (dtls === 'failed') return found('dtls-failed', `A way was found, but no keys were agreed: ${dtlsError ?? 'the handshake failed'}.`);
  if (dtls === 'begun') return found('dtls-failed', `A way was found, but no keys were agreed: the handshake was begun, and ${who} did not finish it.`);
  if (dtls === 'done') return found('no-media', `The connection to ${who} came up, but no media was sent.`);
  if (checks.received > 0 && checks.answered === 0) {
    return found('no-answer-to-checks', `Checks of ${who} arrive from ${list(checks.from.map(hostOf))}, but ours are not answered: UDP passes in one direction only.`);
  }
  if (nominated || checks.received > 0) return found('no-media', `Checks pass both ways, but ${who} chose no way for the media.`);
  if (checks.answered > 0) return found('no-answer-to-checks', `Our checks are answered, but ${who} makes none: UDP towards ${ours} is lost, or the answer never reached him.`);
  const nowhere = nothingInCommon(report);
  if (nowhere !== undefined) return found('no-common-address', nowhere);
  const at = answered.length === 0 ? 'here' : `at ${list(answered)}`;
  return found('no-udp', `No UDP of ${who} arrived ${at}: a firewall or a NAT stands between, or that is not where he reaches the streamer (--announce-ip).`);
}

/** @returns why none of our addresses can be reached from any of his; undefined where some may */
function nothingInCommon({ who, offered, answered }: ConnectionReport): string | undefined {
  const ours = answered.map(hostOf);
  const theirs = offered.flatMap((line) => readCandidate(line) ?? []).filter(({ protocol }) => protocol === 'udp');
  if (ours.length === 0) return undefined;
  if (theirs.length > 0 && theirs.every(({ host }) => classOfAddress(host) === 'ipv6')) return `The offer of ${who} has IPv6 addresses only, and the streamer has none.`;
  if (all(ours, 'loopback') && !theirs.some(({ host }) => classOfAddress(host) === 'loopback')) {
    return `The streamer offers ${list(ours)} alone, which is its own machine, and not even there used by Firefox: start it with --media-host or --announce-ip and an address that viewers reach.`;
  }
  if (all(ours, 'private') && all(theirs.map(({ host }) => host), 'public')) {
    return `The streamer offers ${list(ours)} alone, which only its own network reaches, and ${who} is at ${list(theirs.map(({ host }) => host))}: start it with --announce-ip and its public address.`;
  }
  return undefined;
}

function all(hosts: readonly string[], wanted: AddressClass): boolean {
  return hosts.length > 0 && hosts.every((host) => classOfAddress(host) === wanted);
}

function list(texts: readonly string[]): string {
  return [...new Set(texts)].slice(0, MAX_NAMED).join(', ');
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
