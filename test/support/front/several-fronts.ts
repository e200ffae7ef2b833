/** Several fronts as an operator runs them: on one PostgreSQL database and one daemon, behind nginx, which sends each request to the next of them. */
import { Nginx } from '../engines/nginx.ts';
import { PostgresServer } from '../engines/postgres.ts';
import { startService } from '../processes/service.ts';
import type { ServiceProcess } from '../processes/service.ts';
import { startSystem } from '../system.ts';
import type { System, SystemPlan } from '../system.ts';

export interface SeveralFrontsPlan {
  /** How many; two unless given. */
  fronts?: number;
  streamers?: SystemPlan['streamers'];
  rooms?: SystemPlan['rooms'];
  frontArgs?: readonly string[];
}

export class SeveralFronts {
  readonly postgres: PostgresServer;
  readonly system: System;
  /** The system's own front first. */
  readonly fronts: ServiceProcess[];
  readonly nginx: Nginx;
  readonly #args: readonly string[];

  private constructor(parts: { postgres: PostgresServer; system: System; fronts: ServiceProcess[]; nginx: Nginx; args: readonly string[] }) {
    this.postgres = parts.postgres;
    this.system = parts.system;
    this.fronts = parts.fronts;
    this.nginx = parts.nginx;
    this.#args = parts.args;
  }

  static async start({ fronts: count = 2, streamers = [], rooms = [], frontArgs = [] }: SeveralFrontsPlan = {}): Promise<SeveralFronts> {
    const postgres = await PostgresServer.start({ durable: true });
    const args = ['--database', await postgres.createDatabase(), '--requests-per-minute', '0', '--trusted-proxies', 'loopback', ...frontArgs];
    const system = await startSystem({ streamers, rooms, frontArgs: args });
    const [host = '', port = ''] = (system.signaling.process.addresses['sip'] ?? '').split(':');
    const fronts = [system.front.process];
    while (fronts.length < count) fronts.push(await startService('front', ['0', host, port, ...args]));
    const nginx = await Nginx.start(fronts.map((front) => new URL(urlOf(front)).host));
    return new SeveralFronts({ postgres, system, fronts, nginx, args });
  }

  /** Where the page is: the balancer's. */
  get url(): string {
    return this.nginx.url;
  }

  /** Where one front itself is reached, without a slash at its end. */
  urlOf(index: number): string {
    return urlOf(this.fronts[index]!);
  }

  /** The front that answered the last request of all. */
  get lastAnsweredBy(): string {
    return this.nginx.answeredBy.at(-1) ?? '';
  }

  /** Ends a front as a power failure does. */
  async kill(index: number): Promise<void> {
    await this.fronts[index]!.child.end('SIGKILL');
  }

  /** Which of the fronts has a name, as the database says; undefined for none. */
  async homeOf(name: string): Promise<number | undefined> {
    const database = this.#args[1]!;
    const rows = await this.postgres.query(`SELECT address FROM names JOIN fronts ON fronts.id = names.front WHERE name = '${name.replaceAll("'", "''")}'`, database);
    const address = rows[0]?.['address'];
    const index = this.fronts.findIndex((front) => urlOf(front) === address);
    return index < 0 ? undefined : index;
  }

  /** What all services that live have logged above a level, as one line each. */
  complaints(): string[] {
    return this.fronts
      .filter(({ child }) => !child.hasExited)
      .flatMap(({ child }) => child.log.lines.filter(({ record }) => record?.level === 'error').map(({ text }) => text));
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    for (const { child } of this.fronts) await child.end();
    await this.system.stop();
    await this.postgres.remove();
  }
}

function urlOf({ addresses }: ServiceProcess): string {
  return (addresses['http'] ?? '').replace(/\/$/, '');
}
