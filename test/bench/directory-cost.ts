/** `npm run bench:directory`: what a REGISTER costs the signaling daemon with its directory in a file and in a Redis, one after the other in one run. */
import { join } from 'node:path';
import type { Address } from '../../shared/sip/index.ts';
import { RedisServer } from '../support/engines/redis.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import { cpuMicroseconds } from './process-cost.ts';
import { registerLoad } from './register-load.ts';
import { formatSummary, formatTable, summarize } from './statistics.ts';

const REPETITIONS = 3;
/** Each name for the first time: written before it is answered. */
const FIRST = { names: 2000, count: 2000, perSecond: 250 };
/** The same names again and again: answered at once. */
const REFRESHES = { names: 500, count: 4000, perSecond: 500 };

interface Costs {
  readonly first: number[];
  readonly refresh: number[];
  readonly engine: number[];
}

async function measure(directory: string, engine: RedisServer | undefined, costs: Costs): Promise<void> {
  const { child, addresses } = await startService('signaling', ['0', '--directory', directory, '--rate-limit', '0', '--log-level', 'warn']);
  const [host = '', port = ''] = (addresses['sip'] ?? '').split(':');
  const target: Address = { host, port: Number(port) };
  try {
    for (const [load, into] of [[FIRST, costs.first], [REFRESHES, costs.refresh]] as const) {
      const before = cpuMicroseconds(child.pid);
      const engineBefore = engine ? cpuMicroseconds(engine.pid) : 0;
      const { sent, completed, refused } = await registerLoad({ target, ...load });
      if (completed < sent) throw new Error(`only ${completed} of ${sent} were answered with 2xx, ${refused} with something else`);
      into.push((cpuMicroseconds(child.pid) - before) / completed);
      if (engine) costs.engine.push((cpuMicroseconds(engine.pid) - engineBefore) / completed);
    }
  } finally {
    await child.end('SIGKILL');
  }
}

const file: Costs = { first: [], refresh: [], engine: [] };
const redis: Costs = { first: [], refresh: [], engine: [] };
for (let repetition = 0; repetition < REPETITIONS; repetition++) {
  const folder = scratchFolder('bench-directory');
  const server = await RedisServer.start();
  try {
    await measure(join(folder.path, 'directory.xml'), undefined, file);
    await measure(server.url, server, redis);
  } finally {
    await server.remove();
    folder.remove();
  }
}

const row = (what: string, values: (costs: Costs) => number[]): string[] => [what, ...[file, redis].map((costs) => (values(costs).length === 0 ? '' : formatSummary(summarize(values(costs)), 0)))];
console.log(
  formatTable([
    ['CPU per REGISTER, µs', 'a file', 'Redis'],
    row('the daemon, for a new name', ({ first }) => first),
    row('the daemon, for a refresh', ({ refresh }) => refresh),
    row('the engine, for either', ({ engine }) => engine),
  ]),
);
