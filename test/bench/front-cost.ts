/** What front spends on whoever opens the page, on each call he makes, and what a page that stays open holds of its memory. */
import { Client } from '../support/front/client.ts';
import type { Page } from '../support/front/client.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import type { System } from '../support/system.ts';
import { cpuMicroseconds, residentKilobytes } from './process-cost.ts';
import { formatSummary, summarize } from './statistics.ts';

const REPETITIONS = 5;
const VISITORS = 60;
const AT_ONCE = 6;
const US_PER_MS = 1_000;

interface Visit {
  readonly client: Client;
  readonly page: Page;
}

/** The first turn warms up and does not count. */
export async function frontCost(system: System, streamer: string): Promise<string[][]> {
  const { pid } = system.front.process.child;
  const url = system.url.replace(/\/$/, '');
  const files = await filesOf(url);
  const offer = offerOf('chromium');
  const visits: Visit[] = [];
  const costs = { visit: [] as number[], call: [] as number[], signaling: [] as number[] };
  let kilobytes = 0;
  for (let turn = 0; turn <= REPETITIONS; turn += 1) {
    if (turn === 1) kilobytes = residentKilobytes(pid);
    const visit = await costOf(pid, VISITORS, async (index) => void visits.push(await open(url, files, `bench ${turn}-${index}`)));
    const mine = visits.slice(-VISITORS);
    const relayed = cpuMicroseconds(system.signaling.process.child.pid);
    const call = await costOf(pid, VISITORS, (index) => watch(mine[index]?.client, streamer, offer));
    if (turn === 0) continue;
    costs.visit.push(visit);
    costs.call.push(call);
    costs.signaling.push((cpuMicroseconds(system.signaling.process.child.pid) - relayed) / VISITORS / US_PER_MS);
  }
  kilobytes = (residentKilobytes(pid) - kilobytes) / (VISITORS * REPETITIONS);
  await Promise.all(visits.map(({ page }) => page.close()));
  return [
    [`front: CPU for a visit, ms (${files.length} files, a name, the WebSocket, and the name registered)`, formatSummary(summarize(costs.visit), 2)],
    ['front: CPU for a call, ms (/streamer, /offer, /leave)', formatSummary(summarize(costs.call), 2)],
    ['signaling: CPU for the same call, ms (INVITE to BYE)', formatSummary(summarize(costs.signaling), 2)],
    [`front: memory of a page that stays open, kB (of ${VISITORS * REPETITIONS})`, kilobytes.toFixed(0)],
  ];
}

/** The page, and what it names: scripts, styles, pictures. */
async function filesOf(url: string): Promise<string[]> {
  const text = await (await fetch(url)).text();
  return ['/', ...[...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)];
}

async function open(url: string, files: readonly string[], name: string): Promise<Visit> {
  for (const file of files) await (await fetch(url + file)).arrayBuffer();
  const client = await new Client(url, name).register();
  const page = await client.page();
  await page.nextOfType('streamers');
  return { client, page };
}

async function watch(client: Client | undefined, streamer: string, offer: string): Promise<void> {
  if (client === undefined) throw new Error('nobody is there to watch');
  await client.post('/streamer', { streamer });
  const { status, body } = await client.post('/offer', { type: 'offer', sdp: offer });
  if (status !== 200) throw new Error(`front answered ${status}: ${JSON.stringify(body)}`);
  await client.post('/leave');
}

/** CPU milliseconds of process `pid` for each of `count` tasks, some at once. */
async function costOf(pid: number, count: number, task: (index: number) => Promise<void>): Promise<number> {
  const before = cpuMicroseconds(pid);
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, index) => task(done + index)));
  }
  return (cpuMicroseconds(pid) - before) / count / US_PER_MS;
}
