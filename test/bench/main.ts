/** `npm run bench`: prints what the system costs and how fast it is on this machine; compare runs of one machine only. */
import { cpus } from 'node:os';
import { BROWSERS } from '../support/browsers/launch.ts';
import { repository } from '../support/paths.ts';
import { startSystem } from '../support/system.ts';
import { findTool } from '../support/tools/system-tools.ts';
import { clusterCost } from './cluster-cost.ts';
import { frontCost } from './front-cost.ts';
import { mediaCost } from './media-cost.ts';
import { signalingCost } from './signaling-cost.ts';
import { formatTable } from './statistics.ts';
import { timeToFirstFrame } from './time-to-first-frame.ts';

const STREAMER = 'sample';
const parts = new Set(process.argv.slice(2));
const wants = (part: string) => parts.size === 0 || parts.has(part);

const processors = cpus();
console.log(`Node ${process.version}, ${processors.length} × ${processors[0]?.model ?? 'unknown processor'}; median (lowest to highest)\n`);

const system = await startSystem({
  streamers: [{ name: STREAMER, file: `${repository}/data/sample.webm` }],
  signalingArgs: ['--log-level', 'warn', '--rate-limit', '0'],
  frontArgs: ['--log-level', 'warn', '--requests-per-minute', '0'],
});
try {
  if (wants('first-frame')) {
    const rows = [['ms from when a watch begins', 'answer', 'ICE', 'DTLS', 'first frame']];
    for (const kind of BROWSERS) if (findTool(kind) !== undefined) rows.push(await timeToFirstFrame(kind, system.url, STREAMER));
    console.log(`${formatTable(rows)}\n`);
  }
  if (wants('media')) console.log(`${formatTable(await mediaCost(system, STREAMER))}\n`);
  if (wants('front')) console.log(`${formatTable(await frontCost(system, STREAMER))}\n`);
  if (wants('cluster')) console.log(`${formatTable(await clusterCost())}\n`);
  if (wants('signaling')) {
    const { child, addresses } = system.signaling.process;
    const [host = '', port = ''] = (addresses['sip'] ?? '').split(':');
    console.log(`${formatTable(await signalingCost({ host, port: Number(port) }, child.pid))}\n`);
  }
} finally {
  await system.stop();
}
