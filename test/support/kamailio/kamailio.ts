/** A real Kamailio as registrar and record-routing proxy, configured by test/interop/kamailio/kamailio.cfg. */
import { join } from 'node:path';
import { freeUdpPorts, udpPortBound } from '../network/udp-ports.ts';
import { repository, scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';

const CONFIGURATION = 'test/interop/kamailio/kamailio.cfg';
/** Its default allocator and a small shared memory make calls five times dearer than they are; only what is used is ever touched. */
const ALLOCATOR = 'fm';
const SHARED_MEMORY_MB = 3072;
const SMALL_SHARED_MEMORY_MB = 128;

export interface KamailioOptions {
  /** Any free port unless given. */
  port?: number;
  /** Every user's password; nothing is challenged without one. */
  secret?: string;
  /** What it challenges by; MD5 unless given, for today's tools know nothing else. */
  algorithm?: 'MD5' | 'SHA-256';
  /** What it answers to OPTIONS: our daemon's directory, as JSON. */
  directory?: object;
  /** Memory for measuring; a test needs little. */
  large?: boolean;
}

export interface Kamailio {
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

/** Starts it on a free port; resolves when it listens. */
export async function startKamailio({ port: wanted, secret, algorithm = 'MD5', directory, large = false }: KamailioOptions = {}): Promise<Kamailio> {
  const [free = 0] = await freeUdpPorts(1);
  const port = wanted ?? free;
  const folder = scratchFolder('kamailio');
  const memory = large ? SHARED_MEMORY_MB : SMALL_SHARED_MEMORY_MB;
  const child = new Child(
    toolPath('kamailio'),
    [
      ...['-DD', '-E', '-f', join(repository, CONFIGURATION), '-l', `udp:127.0.0.1:${port}`, '-Y', folder.path, '-w', folder.path],
      ...['-m', String(memory), '-x', ALLOCATOR, '-X', ALLOCATOR],
      ...(secret === undefined ? [] : ['-A', 'WITH_DIGEST', '-A', `SECRET=${quoted(secret)}`]),
      ...(algorithm === 'SHA-256' ? ['-A', 'WITH_SHA256'] : []),
      ...(directory === undefined ? [] : ['-A', 'WITH_DIRECTORY', '-A', `DIRECTORY_JSON=${quoted(JSON.stringify(directory))}`]),
    ],
    { name: 'kamailio', cwd: folder.path },
  );
  await Promise.race([udpPortBound(port), child.exited.then(() => Promise.reject(new Error(child.log.toString())))]);
  return {
    port,
    pid: child.pid,
    stop: async () => {
      await child.end();
      folder.remove();
    },
  };
}

/** As a string of Kamailio's configuration language. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
