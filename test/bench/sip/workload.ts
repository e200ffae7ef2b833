/** The load on a server: SIPp with the scenarios of the interoperability tests, and what it cost the server. */
import { setTimeout as delay } from 'node:timers/promises';
import { runSipp, startSipp } from '../../support/sipp/sipp.ts';
import type { RunningSipp, SippOptions, SippResult } from '../../support/sipp/sipp.ts';
import { cpuMicroseconds, processTree } from './cpu-time.ts';
import type { Server } from './servers.ts';

export type Workload = 'REGISTER' | 'OPTIONS' | 'call';

export interface LoadOptions {
  folder: string;
  /** Names that are registered. */
  streamers: number;
  secret?: string | undefined;
}

export interface Measurement {
  /** CPU microseconds of the server per REGISTER, OPTIONS or call. */
  microseconds: number;
  done: number;
  failed: number;
  retransmissions: number;
}

/** Begun per second, and how many are measured: some three seconds each. A quarter of a core's worth: a server that idles pays for waking up. */
const RATES: Record<Workload, number> = { REGISTER: 2000, OPTIONS: 4000, call: 1500 };
const COUNTS: Record<Workload, number> = { REGISTER: 6000, OPTIONS: 12_000, call: 4500 };
/** How often each is run before it is measured: both servers are to be in the state in which they spend their days. */
const WARM_UPS = 2;
/** Registering everybody at first, a second. */
const POPULATE_RATE = 1500;
const LIMIT_S = 60;
/** What a server still has to do for the last call, ms: late writes are part of its cost. */
const AFTERMATH_MS = 300;
const MAX_CALLS_AT_ONCE = '20000';
/** A prime: steps through the names without order, so that neighbours in a table are not touched one after the other. */
const STRIDE = 7919;

/** One server under load, with the SIPp behind the registered names that takes the calls. */
export class Load {
  readonly server: Server;
  readonly #options: LoadOptions;
  readonly #answerer: RunningSipp;
  readonly #rows: string[][];

  private constructor(server: Server, options: LoadOptions, answerer: RunningSipp) {
    this.server = server;
    this.#options = options;
    this.#answerer = answerer;
    this.#rows = Array.from({ length: options.streamers }, (_, index) => {
      const name = `u${(index * STRIDE) % options.streamers}`;
      return [name, `[authentication username=${name} password=${options.secret ?? ''}]`];
    });
  }

  /** Registers the streamers. Throws when one cannot be. */
  static async begin(server: Server, options: LoadOptions): Promise<Load> {
    const answerer = await startSipp({ scenario: 'answer', server: server.port, calls: Number.MAX_SAFE_INTEGER, limitSeconds: 86_400, folder: options.folder });
    const load = new Load(server, options, answerer);
    load.#check('registering everybody', await load.#run('REGISTER', options.streamers, POPULATE_RATE));
    return load;
  }

  /** Runs a workload until the server is warm: compiled, and its tables grown. */
  async warmUp(workload: Workload): Promise<void> {
    for (let i = 0; i < WARM_UPS; i++) await this.#run(workload, COUNTS[workload], RATES[workload]);
  }

  /** Runs it once and measures. Throws when more than a few per mille fail, for then it measures something else. */
  async measure(workload: Workload): Promise<Measurement> {
    const processes = processTree(this.server.pid);
    const before = cpuMicroseconds(processes);
    const result = this.#check(workload, await this.#run(workload, COUNTS[workload], RATES[workload]));
    await delay(AFTERMATH_MS);
    const microseconds = (cpuMicroseconds(processes) - before) / result.successful;
    return { microseconds, done: result.successful, failed: result.failed, retransmissions: result.retransmissions };
  }

  async end(): Promise<void> {
    await this.#answerer.stop();
  }

  #run(workload: Workload, calls: number, rate: number): Promise<SippResult> {
    const { folder, secret } = this.#options;
    const scenario = { REGISTER: 'register', OPTIONS: 'options', call: 'call' }[workload];
    const challenged = secret !== undefined && workload !== 'OPTIONS';
    const options: SippOptions = {
      scenario: challenged ? `${scenario}-digest` : scenario,
      server: this.server.port,
      calls,
      rate,
      limitSeconds: LIMIT_S,
      folder,
      rows: this.#rows,
      words: { contact_port: String(this.#answerer.port), caller: 'front' },
      extra: ['-l', MAX_CALLS_AT_ONCE],
    };
    return runSipp(options);
  }

  #check(what: string, result: SippResult): SippResult {
    if (result.failed > result.successful / 200) throw new Error(`${this.server.name}: ${what}: ${result.failed} of ${result.calls} failed:\n${result.errors}`);
    return result;
  }
}
