/** The machine's addresses, and whether browsers reach a streamer at them. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

export interface OwnAddresses {
  /** IPv4 addresses that are not loopback. */
  readonly reachable: readonly string[];
  /** Undefined where the system does not tell. */
  readonly defaultRoute: boolean | undefined;
}

/** Destination and mask of the default route, as /proc/net/route has them. */
const DEFAULT_ROUTE = /^\S+\t00000000\t\S+\t\S+\t\S+\t\S+\t\S+\t00000000/m;

export function ownAddresses(): OwnAddresses {
  const infos = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return { reachable: infos.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address), defaultRoute: defaultRoute() };
}

/** Firefox as it is installed never uses a loopback address for media, and finds its own others by the default route or by the page's address. */
export function checkAddresses({ reachable, defaultRoute: hasRoute }: OwnAddresses): Finding {
  const [first] = reachable;
  if (first === undefined) {
    return warning('addresses', 'this machine has loopback addresses alone', 'Chromium plays here, Firefox never uses 127.0.0.1 for media: connect the machine to a network');
  }
  const list = reachable.join(', ');
  if (hasRoute === false) {
    return warning('addresses', `browsers reach streamers at ${list}, but there is no default route`, `in a Firefox on this machine open the page at ${first}, not at 127.0.0.1 (front --host)`);
  }
  return ok('addresses', `browsers reach streamers at ${list}, also Firefox, which never uses 127.0.0.1`);
}

function defaultRoute(): boolean | undefined {
  try {
    return DEFAULT_ROUTE.test(readFileSync('/proc/net/route', 'utf8'));
  } catch {
    return undefined;
  }
}
