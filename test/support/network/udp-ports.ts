/** UDP ports for programs that must be told one: free a moment ago, and whether somebody has bound one now. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const BOUND_LIMIT_MS = 10_000;
const POLL_MS = 10;
const LEAST_UNPRIVILEGED_PORT = 1024;
const MAX_ATTEMPTS = 100;

/** `count` different free ports on the loopback interface. They are all held until the last is known, so none comes twice. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4'));
  try {
    return await Promise.all(
      sockets.map(async (socket) => {
        socket.bind(0, '127.0.0.1');
        await once(socket, 'listening');
        return socket.address().port;
      }),
    );
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** A free port of four digits, for sipsak, which takes only the first four of five. */
export async function freeShortUdpPort(): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const socket = createSocket('udp4');
    const port = randomInt(LEAST_UNPRIVILEGED_PORT, 10_000);
    try {
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
      return port;
    } catch {
      // Somebody has it.
    } finally {
      socket.close();
    }
  }
  throw new Error(`no port of four digits was free in ${MAX_ATTEMPTS} attempts`);
}

/** Resolves when some process on this machine has bound the IPv4 port; rejects after a while (Linux only: reads /proc/net/udp). */
export async function udpPortBound(port: number): Promise<void> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const until = performance.now() + BOUND_LIMIT_MS;
  while (performance.now() < until) {
    const table = await readFile('/proc/net/udp', 'ascii');
    if (table.split('\n').some((line) => line.trim().split(/\s+/)[1]?.endsWith(suffix))) return;
    await delay(POLL_MS);
  }
  throw new Error(`nobody bound UDP port ${port} within ${BOUND_LIMIT_MS} ms`);
}
