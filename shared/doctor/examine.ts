/** All checks, side by side: of the machine, and from outside of the services that run. */
import { packageVersion, supportedNode } from '../cli/version.ts';
import { checkAddresses, ownAddresses } from './addresses.ts';
import { checkClock } from './clock.ts';
import { checkFanout } from './fanout.ts';
import { checkFfmpeg } from './ffmpeg.ts';
import { failure } from './finding.ts';
import type { Finding } from './finding.ts';
import { pingHttp } from './http-ping.ts';
import { attempt, checkPort } from './ports.ts';
import type { Place } from './ports.ts';
import { checkNode, checkOpenFiles } from './runtime.ts';
import { checkFront, checkSignaling, checkStreamers, checkVersions, isOurs } from './services.ts';
import { pingSip } from './sip-ping.ts';
import { checkStorage } from './storage.ts';
import { checkBuffers, checkUdp } from './udp.ts';

/** Of a longer list the first ones. */
const MAX_STREAMERS = 16;
/** A service that is bound to all addresses answers at loopback. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export interface Examined {
  /** Where signaling is or shall be. */
  readonly signaling: { readonly host: string; readonly port: number };
  /** Where front is or shall be. */
  readonly front: { readonly host: string; readonly port: number };
  /** Folder of what services keep. */
  readonly data: string;
  readonly ffmpeg: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

export async function examine(examined: Examined): Promise<Finding[]> {
  const checks: [name: string, check: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>][] = [
    ['node', () => checkNode(process.versions.node, supportedNode())],
    ['services', () => examineServices(examined)],
    ['addresses', () => checkAddresses(ownAddresses())],
    ['udp', () => checkUdp()],
    ['udp-buffers', () => checkBuffers()],
    ['open-files', () => checkOpenFiles()],
    ['clock', () => checkClock()],
    ['storage', () => checkStorage(examined.data)],
    ['ffmpeg', () => checkFfmpeg(examined.ffmpeg, examined.environment)],
    ['native-fanout', () => checkFanout()],
  ];
  return (await Promise.all(checks.map(([name, check]) => guarded(name, check)))).flat();
}

async function examineServices({ signaling, front }: Examined): Promise<Finding[]> {
  const sipPlace: Place = { protocol: 'udp', ...signaling, choose: 'signaling PORT' };
  const httpPlace: Place = { protocol: 'tcp', ...front, choose: 'front PORT' };
  const [signalingAt, frontAt] = [reachable(signaling), reachable(front)];
  const [sip, http, sipOutcome, httpOutcome] = await Promise.all([pingSip(signalingAt), pingHttp(frontAt.host, frontAt.port), attempt(sipPlace), attempt(httpPlace)]);
  const streamers = await Promise.all((sip?.streamers ?? []).slice(0, MAX_STREAMERS).map(async (name) => ({ name, answer: await pingSip(signalingAt, name) })));
  const portOf = (place: Place, outcome: NodeJS.ErrnoException | undefined, software: string | undefined) =>
    isElsewhere(outcome) ? [] : [checkPort(place, outcome, isOurs(software) ? software : undefined)];
  return [
    ...portOf(sipPlace, sipOutcome, sip?.software),
    ...portOf(httpPlace, httpOutcome, http?.software),
    checkSignaling(signalingAt, sip, isElsewhere(sipOutcome)),
    checkFront(frontAt, http, isElsewhere(httpOutcome)),
    ...(isOurs(sip?.software) ? [checkStreamers(streamers)] : []),
    checkVersions([sip?.software, http?.software, ...streamers.map(({ answer }) => answer?.software)], packageVersion()),
  ];
}

function reachable({ host, port }: { host: string; port: number }): { host: string; port: number } {
  return { host: LOOPBACK_OF[host] ?? host, port };
}

/** The address is none of this machine. */
function isElsewhere(outcome: NodeJS.ErrnoException | undefined): boolean {
  return outcome?.code === 'EADDRNOTAVAIL';
}

/** A check that fails by itself says so, and keeps no other from being made. */
async function guarded(name: string, check: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    const found = await check();
    return Array.isArray(found) ? (found as readonly Finding[]) : [found as Finding];
  } catch (error) {
    return [failure(name, `it could not be checked (${error instanceof Error ? error.message : String(error)})`, 'report this as a fault of sipcast doctor')];
  }
}
