/** What is measured: our daemon as users start it, and Kamailio beside it. */
import { join } from 'node:path';
import { startKamailio } from '../../support/kamailio/kamailio.ts';
import { scratchFolder } from '../../support/paths.ts';
import { startService } from '../../support/processes/service.ts';

export type ServerName = 'sipcast' | 'kamailio';

export interface Server {
  name: ServerName;
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

export interface ServerOptions {
  /** REGISTER and INVITE are challenged, by MD5: SIPp knows nothing newer. */
  secret?: string | undefined;
  /** Options for our daemon's Node, such as --cpu-prof. */
  nodeOptions?: readonly string[];
}

export async function startServer(name: ServerName, options: ServerOptions = {}): Promise<Server> {
  return name === 'kamailio' ? { name, ...(await startKamailio({ ...(options.secret === undefined ? {} : { secret: options.secret }), large: true })) } : startSignaling(options);
}

async function startSignaling({ secret, nodeOptions = [] }: ServerOptions): Promise<Server> {
  const folder = scratchFolder('bench-sip');
  const { child, addresses } = await startService(
    'signaling',
    [
      ...['0', '--directory', join(folder.path, 'directory.xml'), '--log-level', 'warn', '--rate-limit', '0'],
      ...(secret === undefined ? [] : ['--secret', secret, '--digest', 'md5']),
    ],
    { nodeOptions },
  );
  return {
    name: 'sipcast',
    port: Number(addresses['sip']?.split(':').at(-1)),
    pid: child.pid,
    stop: async () => {
      await child.end();
      folder.remove();
    },
  };
}
