/** `npm run bench:rooms`: how many members a room bears; see {@link measureRooms}. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bears, measureRooms, roomsTable } from './rooms.ts';

const { values } = parseArgs({ options: { members: { type: 'string', default: '2,5,12,20' }, seconds: { type: 'string', default: '20' } } });

const steps = await measureRooms({ steps: values.members.split(',').map(Number), seconds: Number(values.seconds), log: (line) => process.stderr.write(`${line}\n`) });
const processors = cpus();
console.log(`\nNode ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}; CPU of the whole process that hosts the room; three sizes of 150, 450 and 1,200 kbit/s and sound from each\n`);
console.log(roomsTable(steps));
console.log(`\n${bears(steps)}`);
process.exit(0);
