/** `npm run bench:sip`: our signaling daemon and Kamailio side by side under the same SIPp scenarios, in one run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository, scratchFolder } from '../../support/paths.ts';
import { startServer } from './servers.ts';
import type { Server, ServerName } from './servers.ts';
import { growth, ratio, table } from './summary.ts';
import type { Cell } from './summary.ts';
import { Load } from './workload.ts';
import type { Workload } from './workload.ts';

const SECRET = 'a-secret-of-the-bench';
const RESULTS = join(repository, 'test-output/bench-sip.json');
const DEFAULT_REPETITIONS = '5';
const DEFAULT_STREAMERS = '10,1000,10000';
/** No more than this many times Kamailio's CPU for a relayed call. */
const CALL_RATIO_BAR = 2.5;
/** A call among the most registrations costs at most this many times one among the fewest. */
const GROWTH_BAR = 1.2;

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: DEFAULT_REPETITIONS },
    streamers: { type: 'string', default: DEFAULT_STREAMERS },
    digest: { type: 'string', default: 'off,on' },
    workloads: { type: 'string', default: 'REGISTER,OPTIONS,call' },
    servers: { type: 'string', default: 'sipcast,kamailio' },
    'cpu-prof': { type: 'string' },
  },
});

const repetitions = Number(values.repetitions);
const populations = values.streamers.split(',').map(Number);
const digests = values.digest.split(',').map((word) => word === 'on');
const workloads = values.workloads.split(',') as Workload[];
const names = values.servers.split(',') as ServerName[];
const nodeOptions = values['cpu-prof'] === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', values['cpu-prof']];

const scratch = scratchFolder('bench-sip-load');
const cells: Cell[] = [];
try {
  for (const digest of digests) {
    for (const streamers of populations) cells.push(...(await measureAll(digest, streamers)));
  }
} finally {
  scratch.remove();
}
report();

/** Both servers are up at once and take turns, so that whatever the machine does meanwhile happens to both. */
async function measureAll(digest: boolean, streamers: number): Promise<Cell[]> {
  const secret = digest ? SECRET : undefined;
  const servers: Server[] = [];
  try {
    for (const name of names) servers.push(await startServer(name, { secret, nodeOptions }));
    const loads: Load[] = [];
    for (const server of servers) loads.push(await Load.begin(server, { folder: scratch.path, streamers, secret }));
    const measured: Cell[] = [];
    // OPTIONS is never challenged.
    for (const workload of workloads.filter((each) => !digest || each !== 'OPTIONS')) {
      const cell: Cell = { workload, digest, streamers, measurements: { sipcast: [], kamailio: [] } };
      for (const load of loads) await load.warmUp(workload);
      for (let i = 0; i < repetitions; i++) {
        for (const load of loads) cell.measurements[load.server.name].push(await load.measure(workload));
      }
      process.stderr.write(`${table([cell]).split('\n').at(-1) ?? ''}\n`);
      measured.push(cell);
    }
    for (const load of loads) await load.end();
    return measured;
  } finally {
    for (const server of servers) await server.stop();
  }
}

function report(): void {
  mkdirSync(dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(cells, undefined, 2)}\n`);
  process.stdout.write(`\nCPU time of the whole server process, all threads; median (least–most) of ${repetitions} turns\n\n${table(cells)}\n\n`);
  for (const digest of digests) {
    const calls = cells.filter((cell) => cell.workload === 'call' && cell.digest === digest);
    if (calls.length === 0) continue;
    const worst = Math.max(...calls.map(ratio));
    const grown = growth(cells, 'sipcast', digest);
    process.stdout.write(
      `digest ${digest ? 'on' : 'off'}: a relayed call costs at most ${worst.toFixed(2)} times Kamailio's (bar ${CALL_RATIO_BAR}); ` +
        `${grown.toFixed(2)} times as much among the most registrations as among the fewest (bar ${GROWTH_BAR}; Kamailio ${growth(cells, 'kamailio', digest).toFixed(2)})\n`,
    );
  }
}
