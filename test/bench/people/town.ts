/** Everything that people meet through, in processes of their own: daemon, two fronts with one database, two streamers, hosts of rooms. */
import { join } from 'node:path';
import { repository, scratchFolder } from '../../support/paths.ts';
import { startService, type ServiceName, type ServiceProcess } from '../../support/processes/service.ts';

const LOOPBACK = '127.0.0.1';
const IDLE_STOP_SECONDS = 5;

export interface TownService {
  readonly name: string;
  readonly process: ServiceProcess;
}

export interface TownPlan {
  /** How many processes host rooms. */
  readonly roomHosts: number;
  /** Whether there is something to watch: a film, and a live input that ffmpeg makes up. */
  readonly streamers: readonly ('film' | 'live')[];
  readonly fronts: number;
}

export class Town {
  readonly services: readonly TownService[];
  /** Of the daemon. */
  readonly sip: { readonly host: string; readonly port: number };
  readonly #removeFolder: () => void;

  private constructor(services: readonly TownService[], sip: Town['sip'], removeFolder: () => void) {
    this.services = services;
    this.sip = sip;
    this.#removeFolder = removeFolder;
  }

  static async start({ roomHosts, streamers, fronts }: TownPlan): Promise<Town> {
    const folder = scratchFolder('people');
    const services: TownService[] = [];
    const begin = async (service: ServiceName, name: string, args: readonly string[]) => {
      const process = await startService(service, [...args, '--metrics-port', '0'], { cwd: folder.path, nodeOptions: ['--inspect=127.0.0.1:0'], env: { SIPCAST_LOG_LEVEL: 'warn' } });
      services.push({ name, process });
      return process;
    };
    try {
      const daemon = await begin('signaling', 'signaling', ['0', '--directory', join(folder.path, 'directory.xml'), '--session-retention', '1']);
      const [host = '', port = ''] = (daemon.addresses['sip'] ?? '').split(':');
      for (let number = 1; number <= roomHosts; number++) await begin('streamer', `rooms${number}`, [host, port, '--rooms', '--name', `rooms${number}`, '--media-host', LOOPBACK]);
      if (streamers.includes('film')) await begin('streamer', 'film', [join(repository, 'data', 'sample.webm'), host, port, '--name', 'film', '--media-host', LOOPBACK]);
      if (streamers.includes('live')) await begin('streamer', 'live', ['test', host, port, '--source', 'test', '--name', 'live', '--media-host', LOOPBACK, '--idle-stop', String(IDLE_STOP_SECONDS)]);
      for (let number = 1; number <= fronts; number++) await begin('front', `front${number}`, ['0', host, port, '--requests-per-minute', '0', '--names-per-address', '100000']);
      return new Town(services, { host, port: Number(port) }, folder.remove);
    } catch (error) {
      for (const { process } of services) await process.child.end();
      folder.remove();
      throw error;
    }
  }

  /** Where each front's page is, without a slash at the end. */
  get urls(): string[] {
    return this.#named('front').map(({ process }) => (process.addresses['http'] ?? '').replace(/\/$/, ''));
  }

  get streamers(): string[] {
    return this.services.map(({ name }) => name).filter((name) => name === 'film' || name === 'live');
  }

  get roomHosts(): readonly TownService[] {
    return this.#named('rooms');
  }

  /** What the services have logged as warnings and errors. */
  complaints(): string[] {
    return this.services.flatMap(({ name, process }) => process.child.log.lines.filter(({ record }) => record !== undefined).map(({ text }) => `${name}: ${text}`));
  }

  async stop(): Promise<void> {
    for (const { process } of [...this.services].reverse()) await process.child.end();
    this.#removeFolder();
  }

  #named(prefix: string): TownService[] {
    return this.services.filter(({ name }) => name.startsWith(prefix));
  }
}
