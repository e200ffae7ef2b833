/** What operators choose about sending media, checked: the address, and the way of encrypting and sending. */
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { UsageError } from '../shared/cli/usage-error.ts';
import type { EgressKind } from './egress/egress.ts';
import { chooseEgress, EgressUnavailableError, type ChosenEgress } from './egress/open.ts';

/** @param mediaHost undefined for every address of this machine @throws UsageError where it has none such */
export function requireMediaHost(mediaHost: string | undefined): void {
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
