/**
 * The whole on loopback, as operators run it on many machines: Redis and PostgreSQL, daemons that share a directory, an origin, relays of it
 * that share a name, fronts behind a load balancer that is not sticky. Each process but the engines is started again when it dies.
 */
import { join } from 'node:path';
import { packageFolder } from '../../../shared/cli/version.ts';
import { makeCertificate } from '../../bench/media/viewer/peer-connection.ts';
import type { BenchCertificate } from '../../bench/media/viewer/peer-connection.ts';
import { Nginx } from '../engines/nginx.ts';
import { PostgresServer } from '../engines/postgres.ts';
import { RedisServer } from '../engines/redis.ts';
import { scratchFolder } from '../paths.ts';
import { Supervised } from './supervised.ts';
import type { SupervisedPlan } from './supervised.ts';
import { ClusterViewer } from './viewer.ts';

const LOOPBACK = '127.0.0.1';
const SAMPLE = join(packageFolder(), 'data', 'sample.webm');

/** The name that the relays share, and that of what they relay. */
export const RELAYED = 'town';
export const ORIGIN = 'origin';

/** Media of each streamer comes from an address of its own, by which one sees whose it is. */
const mediaHostOf = (index: number) => `127.0.1.${index + 1}`;

export interface ClusterPlan {
  readonly daemons: number;
  readonly fronts: number;
  readonly relays: number;
}

/** What dies, and how. */
export interface Victim {
  readonly title: string;
  /** Kills it; resolves when it is back, and can be used. */
  kill(): Promise<void>;
  /** The address of its media, of a streamer. */
  readonly media?: string;
  /** Whether all media comes from it in the end. */
  readonly isOrigin?: boolean;
}

export class Cluster {
  readonly #folder = scratchFolder('cluster');
  readonly #supervised: Supervised[] = [];
  readonly #viewers = new Set<ClusterViewer>();
  readonly #certificate: BenchCertificate;
  readonly #redis: RedisServer;
  readonly #postgres: PostgresServer;
  readonly victims: Victim[] = [];
  #balancer: Nginx | undefined;
  #names = 0;

  private constructor(redis: RedisServer, postgres: PostgresServer, certificate: BenchCertificate) {
    this.#redis = redis;
    this.#postgres = postgres;
    this.#certificate = certificate;
    this.victims.push(
      { title: 'Redis', kill: () => redis.kill().then(() => redis.start()) },
      { title: 'PostgreSQL', kill: () => postgres.kill().then(() => postgres.restart()) },
    );
  }

  /** Resolves when everything is there, and whoever comes can watch. */
  static async start(plan: ClusterPlan): Promise<Cluster> {
    const [redis, postgres, certificate] = await Promise.all([RedisServer.start(), PostgresServer.start({ durable: true }), makeCertificate()]);
    const cluster = new Cluster(redis, postgres, certificate);
    try {
      await cluster.#begin(plan);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get viewers(): readonly ClusterViewer[] {
    return [...this.#viewers];
  }

  /** Somebody new who watches; resolves at his first picture. */
  async watch(streamer = RELAYED): Promise<ClusterViewer> {
    const url = this.#balancer?.url ?? '';
    const viewer = await ClusterViewer.watch({ url, name: `viewer ${this.#names++}`, streamer, certificate: this.#certificate });
    this.#viewers.add(viewer);
    return viewer;
  }

  async leave(viewer: ClusterViewer): Promise<void> {
    this.#viewers.delete(viewer);
    await viewer.close();
  }

  errors(): string[] {
    return this.#supervised.flatMap((each) => each.errors());
  }

  /** Everything that all services have logged, for whoever looks for the reason of something. */
  logs(): string {
    return this.#supervised.map((each) => `===== ${each.title}\n${each.log()}`).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#viewers].map((viewer) => viewer.close().catch(() => undefined)));
    await this.#balancer?.stop();
    await Promise.all(this.#supervised.map((each) => each.stop()));
    await Promise.all([this.#redis.remove(), this.#postgres.remove()]);
    this.#folder.remove();
  }

  async #begin(plan: ClusterPlan): Promise<void> {
    const daemons = await this.#each(plan.daemons, (index) => ({
      service: 'signaling',
      title: `daemon ${index + 1}`,
      args: ({ sip = '0' }) => [sip, '--host', LOOPBACK, '--directory', this.#redis.url],
    }));
    const addresses = daemons.map((daemon) => daemon.addresses['sip'] ?? '');
    const [first = ''] = addresses;
    // Each begins at another one.
    const signaling = (index: number) => {
      const turned = [...addresses.slice(index % addresses.length), ...addresses.slice(0, index % addresses.length)];
      return turned.length === 1 ? first.split(':') : [turned.join(','), '5060'];
    };
    const streamer = (index: number, title: string, file: string, ...more: string[]): SupervisedPlan => ({
      service: 'streamer',
      title,
      args: ({ sip = '0' }) => [file, ...signaling(index), '--host', LOOPBACK, '--udp-port', sip, '--media-host', mediaHostOf(index), ...more],
      usable: /registered as/,
    });
    await this.#each(1, () => streamer(0, 'origin', SAMPLE, '--name', ORIGIN));
    const source = ['--source', `sip:${ORIGIN}@${first}`, '--name', RELAYED, '--keep-running'];
    await this.#each(plan.relays, (index) => streamer(index + 1, `relay ${index + 1}`, 'relay', ...source, ...(plan.relays > 1 ? ['--replica', `r${index + 1}`] : [])));
    const database = await this.#postgres.createDatabase();
    const fronts = await this.#each(plan.fronts, (index) => ({
      service: 'front',
      title: `front ${index + 1}`,
      args: ({ sip = '0', http = '0' }) => [
        ...[http, ...signaling(index), '--host', LOOPBACK, '--udp-port', sip],
        ...['--database', database, '--requests-per-minute', '0', '--trusted-proxies', 'loopback'],
      ],
    }));
    this.#balancer = await Nginx.start(fronts.map((front) => new URL(front.addresses['http'] ?? '').host));
  }

  /** Starts so many of a kind at once; each is one that can die. */
  async #each(count: number, plan: (index: number) => SupervisedPlan): Promise<Supervised[]> {
    const started = await Promise.allSettled(Array.from({ length: count }, (_, index) => Supervised.start({ options: { cwd: this.#folder.path }, ...plan(index) })));
    const those = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    this.#supervised.push(...those);
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    for (const each of those) {
      const media = this.#mediaOf(each.title);
      this.victims.push({ title: each.title, kill: () => each.kill(), ...(media === undefined ? {} : { media }), ...(each.title === 'origin' ? { isOrigin: true } : {}) });
    }
    return those;
  }

  #mediaOf(title: string): string | undefined {
    if (title === 'origin') return mediaHostOf(0);
    const [, number] = /^relay (\d+)$/.exec(title) ?? [];
    return number === undefined ? undefined : mediaHostOf(Number(number));
  }
}
