/** The services as users start them: compiled, in processes of their own, ready when they say so. */
import { join } from 'node:path';
import type { ReadyMessage } from '../../../shared/cli/lifecycle.ts';
import { dist, scratchFolder } from '../paths.ts';
import { Child } from './child.ts';
import type { ChildOptions } from './child.ts';

export type ServiceName = 'signaling' | 'streamer' | 'front';

export interface ServiceOptions extends Omit<ChildOptions, 'name'> {
  /** Options for Node itself, such as --expose-gc. */
  nodeOptions?: readonly string[];
}

export interface ServiceProcess {
  child: Child;
  /** As the service announced them: `{ sip: '127.0.0.1:5060' }`, `{ http: 'http://127.0.0.1:8000/' }`. */
  addresses: Record<string, string>;
}

/** Starts `service` with these arguments and JSON logs; resolves when it is ready, rejects with its output when it ends instead. */
export async function startService(service: ServiceName, args: readonly string[], options: ServiceOptions = {}): Promise<ServiceProcess> {
  const child = spawnService(service, args, options);
  const { addresses } = await child.message(isReady);
  return { child, addresses };
}

/** The same without waiting: for tests of how a service ends. */
export function spawnService(service: ServiceName, args: readonly string[], { nodeOptions = [], ...options }: ServiceOptions = {}): Child {
  const main = join(dist, service, 'main.js');
  // A front that runs in the repository's folder must not use the accounts of whoever works there.
  const database = options.cwd === undefined && service === 'front' ? scratchFolder('database') : undefined;
  const child = new Child(process.execPath, [...nodeOptions, main, ...args], {
    ...options,
    name: service,
    env: { SIPCAST_LOG_FORMAT: 'json', SIPCAST_LOG_LEVEL: 'debug', ...(database && { SIPCAST_DATABASE: join(database.path, 'front.db') }), ...options.env },
  });
  if (database) void child.exited.then(database.remove);
  return child;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
