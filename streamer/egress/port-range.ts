/** UDP ports that an operator has opened for media, of which each thread that carries viewers takes one. */
import type { Egress, EgressKind } from './egress.ts';
import { openEgress } from './open.ts';
import { openSocket } from './socket.ts';

export interface PortRange {
  readonly first: number;
  /** Not before the first. */
  readonly last: number;
}

/** Every port of the range is somebody's already. Its text is one line for whoever chose the range. */
export class NoFreePortError extends Error {
  override readonly name = 'NoFreePortError';

  constructor(range: PortRange) {
    super(`UDP ${formatRange(range)} is in use`);
  }
}

export function sizeOf({ first, last }: PortRange): number {
  return last - first + 1;
}

/**
 * Opens the way out at the first port that is free.
 * @param range any port unless given
 * @throws NoFreePortError
 * @throws EgressUnavailableError where the native kind is asked for in vain
 * @throws what binding throws otherwise, such as EADDRNOTAVAIL
 */
export async function openInRange(kind: EgressKind, host: string, range?: PortRange): Promise<Egress> {
  if (!range) return openEgress(kind, { host, port: 0 });
  return firstFree(range, (port) => openEgress(kind, { host, port }));
}

/**
 * Finds out before threads are started, which could only fail again and again, whether each will find a port.
 * @param wanted how many threads there will be
 * @throws NoFreePortError
 */
export async function requireFreePorts(host: string, range: PortRange, wanted: number): Promise<void> {
  const sockets = [];
  try {
    while (sockets.length < wanted) sockets.push(await firstFree(range, (port) => openSocket({ address: host, port, exclusive: true })));
  } finally {
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }
}

async function firstFree<Opened>(range: PortRange, open: (port: number) => Promise<Opened>): Promise<Opened> {
  for (let port = range.first; port <= range.last; port++) {
    try {
      return await open(port);
    } catch (error) {
      if (!isInUse(error)) throw error;
    }
  }
  throw new NoFreePortError(range);
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function formatRange({ first, last }: PortRange): string {
  return first === last ? `port ${first}` : `every port from ${first} to ${last}`;
}
