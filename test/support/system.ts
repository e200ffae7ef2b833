/** The whole system as an operator runs it: signaling, streamers and front in processes of their own, on ports of their own. */
import { join } from 'node:path';
import { scratchFolder } from './paths.ts';
import { startService } from './processes/service.ts';
import type { ServiceName, ServiceOptions, ServiceProcess } from './processes/service.ts';

export interface StreamerPlan {
  name: string;
  /** The file to show; a moving test picture with sound unless given. */
  file?: string;
  args?: readonly string[];
}

export interface SystemPlan {
  streamers?: readonly StreamerPlan[];
  /** Names of processes that host rooms. */
  rooms?: readonly string[];
  /** Names of processes that take what is published. */
  ingests?: readonly string[];
  signalingArgs?: readonly string[];
  frontArgs?: readonly string[];
  /** Where streamers and front find signaling, if not at its own address: a relay, for example. */
  signalingSeenAt?: (sip: string) => Promise<string> | string;
  /** Namespace for all services, and the address in it that they bind; loopback in our own unless given. */
  namespace?: string;
  host?: string;
  env?: NodeJS.ProcessEnv;
}

/** A service that can be killed and started again at the same place. */
export interface SystemPart {
  readonly name: string;
  readonly process: ServiceProcess;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it again with the ports it had. */
  start(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Options that make a streamer show what it makes up itself. */
const TEST_SOURCE = ['--source', 'test'];

export class System {
  readonly signaling: SystemPart;
  readonly front: SystemPart;
  readonly streamers: readonly SystemPart[];
  readonly folder: string;
  readonly #removeFolder: () => void;

  constructor(parts: { signaling: SystemPart; front: SystemPart; streamers: SystemPart[] }, folder: { path: string; remove: () => void }) {
    this.signaling = parts.signaling;
    this.front = parts.front;
    this.streamers = parts.streamers;
    this.folder = folder.path;
    this.#removeFolder = folder.remove;
  }

  /** Where the page is. */
  get url(): string {
    return this.front.process.addresses['http'] ?? '';
  }

  get parts(): readonly SystemPart[] {
    return [this.front, ...this.streamers, this.signaling];
  }

  streamer(name: string): SystemPart {
    const found = this.streamers.find((part) => part.name === name);
    if (found === undefined) throw new Error(`this system has no streamer ${name}`);
    return found;
  }

  /** What all services have logged above a level, as one line each: empty when all is well. */
  complaints(): string[] {
    return this.parts.flatMap(({ name, process }) =>
      process.child.log.lines
        .filter(({ stream, record }) => stream === 'stderr' || record === undefined || record.level === 'warn' || record.level === 'error')
        .map(({ text }) => `${name}: ${text}`),
    );
  }

  async stop(): Promise<void> {
    for (const part of this.parts) await part.stop();
    this.#removeFolder();
  }
}

/** Starts everything; resolves when each service is ready. Streamers may still be about to register. */
export async function startSystem(plan: SystemPlan = {}): Promise<System> {
  const { host = LOOPBACK, namespace, env } = plan;
  const folder = scratchFolder('system');
  const options: ServiceOptions = { cwd: folder.path, ...(namespace === undefined ? {} : { namespace }), ...(env === undefined ? {} : { env }) };
  const started: SystemPart[] = [];
  const begin = async (service: ServiceName, name: string, makeArgs: (ports: KnownPorts) => readonly string[]) => {
    const part = await startPart(service, name, makeArgs, options);
    started.push(part);
    return part;
  };
  try {
    const signaling = await begin('signaling', 'signaling', ({ sip = '0' }) => [
      sip, '--host', host, '--directory', join(folder.path, 'directory.xml'), ...(plan.signalingArgs ?? []),
    ]);
    const sip = signaling.process.addresses['sip'] ?? '';
    const [seenHost, seenPort] = splitAddress((await plan.signalingSeenAt?.(sip)) ?? sip);
    const streamers = await Promise.all(
      (plan.streamers ?? [{ name: 'sample' }]).map(({ name, file, args = [] }) =>
        begin('streamer', name, ({ sip: port = '0' }) => [
          ...(file === undefined ? ['test'] : [file]), seenHost, seenPort, ...(file === undefined ? TEST_SOURCE : []),
          '--name', name, '--host', host, '--udp-port', port, ...args,
        ]),
      ),
    );
    const hosts = await Promise.all(
      [...(plan.rooms ?? []).map((name) => ['--rooms', name] as const), ...(plan.ingests ?? []).map((name) => ['--publish', name] as const)].map(([flag, name]) =>
        begin('streamer', name, ({ sip: port = '0' }) => [flag, seenHost, seenPort, '--name', name, '--host', host, '--udp-port', port]),
      ),
    );
    const front = await begin('front', 'front', ({ sip: port = '0', http = '0' }) => [
      http, seenHost, seenPort, '--host', host, '--udp-port', port, ...(plan.frontArgs ?? []),
    ]);
    return new System({ signaling, front, streamers: [...streamers, ...hosts] }, folder);
  } catch (error) {
    for (const part of started) await part.stop();
    folder.remove();
    throw error;
  }
}

type KnownPorts = Partial<Record<'sip' | 'http', string>>;

async function startPart(service: ServiceName, name: string, makeArgs: (ports: KnownPorts) => readonly string[], options: ServiceOptions): Promise<SystemPart> {
  let process = await startService(service, makeArgs({}), options);
  const ports: KnownPorts = Object.fromEntries(Object.entries(process.addresses).map(([purpose, address]) => [purpose, portOf(address)]));
  return {
    name,
    get process() {
      return process;
    },
    kill: async () => {
      await process.child.end('SIGKILL');
    },
    stop: async () => {
      await process.child.end();
    },
    start: async () => {
      process = await startService(service, makeArgs(ports), options);
    },
  };
}

function splitAddress(address: string): [string, string] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), address.slice(colon + 1)];
}

function portOf(address: string): string {
  return address.includes('://') ? new URL(address).port : splitAddress(address)[1];
}
