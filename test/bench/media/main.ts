/** `npm run bench:media -- [fanout] [joins] [memory]`: our streamer beside Janus and plain werift, in one run; see docs/media.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../support/paths.ts';
import { formatTable } from '../statistics.ts';
import { fanoutTable, measureFanout } from './fanout.ts';
import { joinTable, measureJoins } from './joins.ts';
import { measureMemory, memoryTable } from './memory.ts';
import { candidates, ownAddress, type Plan } from './plan.ts';
import { PROFILES, type ProfileName } from './viewer/load-viewer.ts';

const LOOPBACK = '127.0.0.1';
const RESULTS = join(repository, 'test-output/bench-media.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    viewers: { type: 'string', default: '10,100,300' },
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    servers: { type: 'string', default: 'sipcast,werift,janus' },
    fanout: { type: 'string', default: 'default' },
    profile: { type: 'string', default: 'gcm' },
    'cpu-prof': { type: 'string' },
    workers: { type: 'string' },
  },
});

const host = ownAddress() ?? LOOPBACK;
if (!(values.profile in PROFILES)) throw new Error(`--profile ${values.profile}: expected ${Object.keys(PROFILES).join(' or ')}`);
const plan: Plan = {
  host,
  profile: values.profile as ProfileName,
  viewers: values.viewers.split(',').map(Number),
  repetitions: Number(values.repetitions),
  seconds: Number(values.seconds),
  candidates: candidates({
    host,
    fanouts: values.fanout.split(','),
    nodes: [{ label: `Node ${process.versions.node.split('.')[0] ?? ''}`, path: process.execPath }],
    servers: values.servers.split(','),
    nodeOptions: values['cpu-prof'] === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', values['cpu-prof']],
    streamerArgs: values.workers === undefined ? [] : ['--workers', values.workers],
  }),
};

const wants = (part: string) => positionals.length === 0 || positionals.includes(part);
const results: Record<string, unknown> = {};
const tables: string[] = [];

async function part<Result>(name: string, measure: () => Promise<Result>, table: (result: Result) => string[][]): Promise<void> {
  if (!wants(name)) return;
  const result = await measure();
  results[name] = result;
  tables.push(formatTable(table(result)));
}

const processors = cpus();
await part('fanout', () => measureFanout(plan), (cells) => fanoutTable(cells, plan.viewers));
await part('joins', () => measureJoins(plan), joinTable);
await part('memory', () => measureMemory(plan), memoryTable);

mkdirSync(dirname(RESULTS), { recursive: true });
writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
console.log(`\nNode ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}; CPU of whole processes; median (lowest to highest); SRTP ${plan.profile.toUpperCase()}\n`);
console.log(tables.join('\n\n'));
process.exit(0);
