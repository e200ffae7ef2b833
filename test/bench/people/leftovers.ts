/** What a town still holds: asked of its processes, of the daemon, and of the system. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, UdpTransport } from '../../../shared/sip/index.ts';
import { collectGarbage, evaluate } from '../../support/processes/inspector.ts';
import { scrape, totalOf, type Scraped } from '../../support/metrics/scrape.ts';
import { residentKilobytes } from '../process-cost.ts';
import type { Town, TownService } from './town.ts';

const POLL_MS = 500;
const CONNECTIONS = "process._getActiveHandles().filter(({ remotePort }) => remotePort).map(({ localPort, remotePort, readyState, bytesRead, bytesWritten }) => localPort + ' ' + remotePort + ' ' + readyState + ' ' + bytesRead + ' ' + bytesWritten)";
const LINGERING = 'sipcast_sip_transactions';

/** What one process holds at a moment. */
export interface Held {
  /** Open files and sockets. */
  readonly descriptors: number;
  /** What keeps its event loop alive, by kind: timers, sockets, pipes. */
  readonly handles: Readonly<Record<string, number>>;
  /** Running programs that it started. */
  readonly children: number;
  /** Its TCP connections: port here, port there, and whether either side has ended. */
  readonly connections: readonly string[];
}

/** In bytes, after its garbage was collected. */
export interface HeldMemory {
  readonly heap: number;
  readonly resident: number;
}

export class Leftovers {
  readonly #town: Town;
  readonly #agent: Agent;

  private constructor(town: Town, agent: Agent) {
    this.#town = town;
    this.#agent = agent;
  }

  static async watch(town: Town): Promise<Leftovers> {
    return new Leftovers(town, new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), sessionTimers: false }));
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** Everything of people, calls and rooms that is still known anywhere, as sentences; empty when nobody is there any more. */
  async people(): Promise<string[]> {
    const found: string[] = [];
    const none = (what: string, count: number) => {
      if (count !== 0) found.push(`${count} ${what}`);
    };
    for (const list of ['people', 'rooms']) none(`${list} in the daemon's list`, await this.#total(list));
    for (const service of this.#town.services) {
      const values = await this.#metrics(service);
      if (service.name === 'signaling') none('sessions in the directory', totalOf(values, 'sipcast_signaling_sessions'));
      if (service.name.startsWith('front')) for (const gauge of ['sipcast_front_names', 'sipcast_front_pages', 'sipcast_front_watching']) none(`${gauge} at ${service.name}`, values.get(gauge) ?? NaN);
      if (service.name === 'live') none('children of the live streamer', childrenOf(service.process.child.pid));
    }
    return found;
  }

  async subscriptions(): Promise<number> {
    const [daemon] = this.#town.services;
    return daemon ? ((await this.#metrics(daemon)).get('sipcast_signaling_subscriptions') ?? NaN) : NaN;
  }

  async held({ process: { child } }: TownService): Promise<Held> {
    const resources = (await evaluate(child, 'process.getActiveResourcesInfo()')) as string[];
    const handles: Record<string, number> = {};
    for (const kind of resources) handles[kind] = (handles[kind] ?? 0) + 1;
    return { descriptors: readdirSync(`/proc/${child.pid}/fd`).length, handles, children: childrenOf(child.pid), connections: (await evaluate(child, CONNECTIONS)) as string[] };
  }

  /** Resolves when no transaction lingers (RFC 3261 §17) in the daemon, through which all of them go. */
  async settled(limitMs: number): Promise<void> {
    const [daemon] = this.#town.services;
    for (const until = performance.now() + limitMs; daemon && performance.now() < until; ) {
      const values = await this.#metrics(daemon);
      if (totalOf(values, LINGERING) === 0) return;
      await wait(POLL_MS);
    }
  }

  async memory(service: TownService): Promise<HeldMemory> {
    const { child } = service.process;
    await collectGarbage(child);
    const heap = (await this.#metrics(service)).get('nodejs_heap_size_used_bytes') ?? NaN;
    return { heap, resident: residentKilobytes(child.pid) * 1024 };
  }

  #metrics({ process: { addresses } }: TownService): Promise<Scraped> {
    return scrape(addresses['metrics'] ?? '');
  }

  /** How many entries one of the daemon's lists has. */
  async #total(list: string): Promise<number> {
    const { host, port } = this.#town.sip;
    const request = this.#agent.createRequest('OPTIONS', `sip:${host}:${port}`, { from: 'sip:soak@127.0.0.1', body: JSON.stringify({ list }), contentType: 'application/json' });
    const { body } = await this.#agent.request(request);
    return Number((JSON.parse(body.toString('utf8')) as { total?: number }).total);
  }
}

function childrenOf(pid: number): number {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid).length;
}

/** @returns undefined for a process that has just ended */
function parentOf(pid: string): number | undefined {
  try {
    // The name in parentheses may hold anything; its state and parent come after it.
    return Number(/.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
