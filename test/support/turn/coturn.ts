/** A real TURN server (RFC 8656), coturn, which relays between programs of this machine. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpPorts, udpPortBound } from '../network/udp-ports.ts';
import { scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';

const LOOPBACK = '127.0.0.1';
const USER = 'sipcast';
const REALM = 'example.org';

export interface Coturn {
  /** As front's --ice-servers wants it. */
  readonly iceServer: string;
  /** What it has said of allocations so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts it on a free port; resolves when it listens. */
export async function startCoturn(): Promise<Coturn> {
  const [port = 0] = await freeUdpPorts(1);
  const password = randomBytes(9).toString('base64url');
  const folder = scratchFolder('coturn');
  const configuration = join(folder.path, 'turnserver.conf');
  writeFileSync(configuration, settings({ port, password, folder: folder.path }).join('\n'), { mode: 0o600 });
  const child = new Child(toolPath('turnserver'), ['-c', configuration], { name: 'coturn', cwd: folder.path });
  await Promise.race([udpPortBound(port), child.exited.then(() => Promise.reject(new Error(child.log.toString())))]);
  return {
    iceServer: `turn:${USER}:${password}@${LOOPBACK}:${port}`,
    log: () => child.log.toString(),
    stop: async () => {
      await child.end();
      folder.remove();
    },
  };
}

function settings({ port, password, folder }: { port: number; password: string; folder: string }): string[] {
  return [
    `listening-ip=${LOOPBACK}`,
    `listening-port=${port}`,
    `relay-ip=${LOOPBACK}`,
    // Both ends of a call are relayed to by loopback addresses here, which it forbids unless told otherwise.
    'allow-loopback-peers',
    'lt-cred-mech',
    `realm=${REALM}`,
    `user=${USER}:${password}`,
    `userdb=${join(folder, 'turndb')}`,
    `pidfile=${join(folder, 'turnserver.pid')}`,
    ...['no-cli', 'no-tcp', 'no-tcp-relay', 'no-tls', 'no-dtls', 'no-rfc5780', 'no-multicast-peers'],
    ...['verbose', 'log-file=stdout', ''],
  ];
}
