/** `npm run bench:media -- [fanout] [memory] [joins] [encoder] [first-frame]`: our streamer beside Janus and plain werift; see docs/media.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../support/paths.ts';
import { formatTable } from '../statistics.ts';
import { encoderTable, measureEncoder } from './encoder.ts';
import { fanoutTable, measureFanout, memoryTable, type FanoutCell } from './fanout.ts';
import { firstFrameTable, measureFirstFrame } from './first-frame.ts';
import { joinTable, measureJoins } from './joins.ts';
import { nodes } from './nodes.ts';
import { candidates, ownAddress, type Plan } from './plan.ts';
import { soak, soakTable } from './soak.ts';
import { PROFILES, type ProfileName } from './viewer/load-viewer.ts';

const LOOPBACK = '127.0.0.1';
const RESULTS = join(repository, 'test-output/bench-media.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    viewers: { type: 'string', default: '10,100,300' },
    repetitions: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '20' },
    servers: { type: 'string', default: 'sipcast,werift,janus' },
    fanout: { type: 'string', default: 'native,portable' },
    profile: { type: 'string', default: 'gcm' },
    feedback: { type: 'string', default: 'on' },
    node: { type: 'string', multiple: true },
    'this-node-only': { type: 'boolean', default: false },
    workers: { type: 'string' },
    soak: { type: 'string' },
    'cpu-prof': { type: 'string' },
  },
});

const host = ownAddress() ?? LOOPBACK;
if (!(values.profile in PROFILES)) throw new Error(`--profile ${values.profile}: expected ${Object.keys(PROFILES).join(' or ')}`);
const named = values.node ?? process.env['SIPCAST_BENCH_NODES']?.split(',') ?? [];
const plan: Plan = {
  host,
  profile: values.profile as ProfileName,
  feedback: values.feedback !== 'off',
  viewers: values.viewers.split(',').map(Number),
  repetitions: Number(values.repetitions),
  seconds: Number(values.seconds),
  warmUpSeconds: Number(values['warm-up']),
  candidates: candidates({
    host,
    fanouts: values.fanout.split(','),
    nodes: values['this-node-only'] || values.soak !== undefined ? nodes([process.execPath]).slice(0, 1) : nodes(named),
    servers: values.servers.split(','),
    nodeOptions: values['cpu-prof'] === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', values['cpu-prof']],
    streamerArgs: values.workers === undefined ? [] : ['--workers', values.workers],
  }),
};

/** All parts unless some are named; the long one only when it is asked for. */
const wants = (part: string) => (positionals.length === 0 ? values.soak === undefined : positionals.includes(part));
const results: Record<string, unknown> = {};
const tables: string[] = [];
const most = Math.max(...plan.viewers);

function report(name: string, result: unknown, table: string[][]): void {
  results[name] = result;
  tables.push(formatTable(table));
}

let cells: FanoutCell[] = [];
if (wants('fanout')) {
  cells = await measureFanout(plan);
  report('fanout', cells, fanoutTable(cells, plan.viewers));
}
if (wants('memory')) {
  if (cells.length === 0) cells = await measureFanout({ ...plan, viewers: [most] });
  report('memory', cells, memoryTable(cells, plan.viewers));
}
if (wants('joins')) {
  const costs = await measureJoins(plan);
  report('joins', costs, joinTable(costs));
}
if (wants('encoder')) {
  const costs = await measureEncoder(plan);
  report('encoder', costs, encoderTable(costs));
}
if (wants('first-frame')) {
  const rows = await measureFirstFrame();
  report('first-frame', rows, firstFrameTable(rows));
}
if (values.soak !== undefined) {
  const minutes = await soak(plan, Number(values.soak));
  report('soak', minutes, soakTable(minutes, most));
}

mkdirSync(dirname(RESULTS), { recursive: true });
writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
const processors = cpus();
console.log(
  `\nNode ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}; CPU of whole server processes; median (lowest to highest); ` +
    `SRTP ${plan.profile.toUpperCase()}; viewers send receiver reports${plan.feedback ? ', and transport-wide feedback to those who take it' : ''}\n`,
);
console.log(tables.join('\n\n'));
process.exit(0);
