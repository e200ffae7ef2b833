/** Under which address others reach this daemon: it goes into Via, Record-Route and Contact. */

import { networkInterfaces } from 'node:os';
import { isUnspecified } from './address.ts';

/** @param bound the address that the socket is bound to; everywhere means this machine's first address that others can reach */
export function advertisedHost(bound: string): string {
  if (!isUnspecified(bound)) return bound;
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
