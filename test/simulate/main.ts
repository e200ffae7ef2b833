/** `npm run simulate`: machines, bandwidth and recovery times for many viewers, by what one of each thing costs; `--check` holds it against a run of the real thing. */
import { parseArgs } from 'node:util';
import { checkAgainst } from './check.ts';
import { FleetError } from './fleet.ts';
import { checked, OptionError, USUAL } from './options.ts';
import type { Options } from './options.ts';
import { report } from './report.ts';

const USAGE = `npm run simulate -- [options]

  --viewers 10000,100000,1000000   how many watch
  --mbit ${USUAL.mbit}                       the stream, Mbit/s
  --fanout native|portable         how streamers send
  --cores ${USUAL.cores} --nic ${USUAL.nicGbit}               of each machine that carries media; Gbit/s
  --origin-nic ${USUAL.originGbit}                  the way out of where the origin stands, Gbit/s
  --racks ${USUAL.racks}                        what fails at once; nothing is over --fullest while one is away
  --fullest ${USUAL.fullest}                    from 0 to 1
  --back ${USUAL.backSeconds}                         seconds within which viewers of a process that died are to be back
  --stay ${USUAL.stayMinutes} --arrive ${USUAL.arriveMinutes}            minutes that a viewer stays, and within which all come
  --rtt ${USUAL.rttMs}                         ms between a browser and who serves it
  --players                        viewers are players of WHEP, not pages
  --seeds 10                       runs of each failure
  --check test-output/cluster.json predicts what the failure test measured, and prints the ratios`;
const DEFAULT_SIZES = '10000,100000,1000000';
const DEFAULT_SEEDS = '10';
const USAGE_STATUS = 2;

const text = { type: 'string' } as const;

function main(): void {
  const { values } = parseArgs({
    options: { viewers: text, mbit: text, fanout: text, cores: text, nic: text, 'origin-nic': text, racks: text, fullest: text, back: text, stay: text, arrive: text, rtt: text, seeds: text, check: text, players: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const number = (value: string | undefined, usual: number) => (value === undefined ? usual : Number(value));
  if (values.fanout !== undefined && values.fanout !== 'native' && values.fanout !== 'portable') throw new OptionError(`fanout: ${values.fanout} is neither native nor portable`);
  const nicGbit = number(values.nic, USUAL.nicGbit);
  const options: Options = {
    ...USUAL,
    mbit: number(values.mbit, USUAL.mbit),
    fanout: values.fanout ?? USUAL.fanout,
    cores: number(values.cores, USUAL.cores),
    nicGbit,
    originGbit: number(values['origin-nic'], nicGbit),
    racks: number(values.racks, USUAL.racks),
    fullest: number(values.fullest, USUAL.fullest),
    backSeconds: number(values.back, USUAL.backSeconds),
    stayMinutes: number(values.stay, USUAL.stayMinutes),
    arriveMinutes: number(values.arrive, USUAL.arriveMinutes),
    rttMs: number(values.rtt, USUAL.rttMs),
    pages: !values.players,
  };
  const sizes = (values.viewers ?? DEFAULT_SIZES).split(',').map(Number);
  const seeds = Number(values.seeds ?? DEFAULT_SEEDS);
  if (!Number.isInteger(seeds) || seeds < 1) throw new OptionError(`seeds: ${String(values.seeds)} is not a whole number above 0`);
  for (const viewers of sizes) checked({ ...options, viewers });
  console.log(values.check === undefined ? report(options, sizes, seeds) : checkAgainst(values.check, seeds));
}

try {
  main();
} catch (error) {
  if (!(error instanceof OptionError || error instanceof FleetError || (error instanceof TypeError && 'code' in error))) throw error;
  console.error(error.message);
  process.exitCode = USAGE_STATUS;
}
