/** Datagrams from one socket of this machine to another: whether they arrive, how fast, and how many may wait. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const ROUNDS = 50;
/** For each of them. */
const LIMIT_MS = 2_000;
/** As long as those of media. */
const DATAGRAM_BYTES = 1_200;
/** A round trip on one machine takes well under a millisecond, unless something stands between. */
const SLOW_MS = 20;
const LOOPBACK = '127.0.0.1';

/** What Linux grants unless told otherwise: it holds the datagrams of some hundred viewers and streamers. */
const USUAL_BUFFER_BYTES = 212_992;
const KIBIBYTE = 1024;

export async function checkUdp(): Promise<Finding> {
  const [one, other] = await Promise.all([open(), open()]);
  other.on('message', (datagram, { port, address }) => other.send(datagram, port, address));
  try {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await roundTrip(one, other.address().port));
    const median = times.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
    const found = `${ROUNDS} datagrams of ${DATAGRAM_BYTES} bytes came back over loopback, in ${median.toFixed(2)} ms each`;
    return median > SLOW_MS ? warning('udp', found, 'the machine is busy, or something filters its traffic') : ok('udp', found);
  } catch (error) {
    return failure('udp', `datagrams over loopback do not come back (${(error as Error).message})`, 'let the packet filter accept UDP on the interface lo');
  } finally {
    one.close();
    other.close();
  }
}

/** @param granted net.core.rmem_max, in bytes; undefined on other systems */
export function checkBuffers(granted: number | undefined = readGranted(), wanted = USUAL_BUFFER_BYTES): Finding {
  if (granted === undefined) return ok('udp-buffers', 'how many datagrams may wait is not told on this system');
  const found = `up to ${Math.round(granted / KIBIBYTE)} KiB of datagrams may wait at a socket (net.core.rmem_max)`;
  return granted < wanted ? warning('udp-buffers', found, `allow more: sysctl -w net.core.rmem_max=${wanted}`) : ok('udp-buffers', found);
}

async function open(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket;
}

async function roundTrip(socket: Socket, port: number): Promise<number> {
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
  const began = performance.now();
  socket.send(Buffer.alloc(DATAGRAM_BYTES), port, LOOPBACK);
  await answered;
  return performance.now() - began;
}

function readGranted(): number | undefined {
  try {
    return Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
  } catch {
    return undefined;
  }
}
