/**
 * `npm run soak:people -- --minutes 30`: real services, and people at random who register, call, meet, watch, chat and vanish.
 * Ends with 1 when anything is left of them.
 */
import { parseArgs } from 'node:util';
import { soak, soakTable } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    people: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});

const result = await soak({
  seconds: Number(values.minutes) * 60,
  rounds: Number(values.rounds),
  people: Number(values.people),
  seed: Number(values.seed),
  roomHosts: 2,
  fronts: 2,
  streamers: ['film', 'live'],
  memory: true,
  log: (line) => console.log(`${new Date().toISOString()} ${line}`),
});

const list = (title: string, lines: readonly string[]) => console.log(`\n${title}: ${lines.length === 0 ? 'none' : `\n  ${lines.join('\n  ')}`}`);
console.log(`\n${values.people} people for ${values.minutes} minutes in ${values.rounds} rounds, seed ${values.seed}; median (lowest to highest) after each round, when all had left\n`);
console.log(soakTable(result));
list('What they did', result.counts.map(([what, count]) => `${count} × ${what}`));
list('Logged by services', result.complaints);
list('Went wrong', result.faults);
list('Left over', result.leftOver);
process.exit(result.leftOver.length + result.faults.length === 0 ? 0 : 1);
