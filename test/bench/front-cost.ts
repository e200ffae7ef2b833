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
  const costs = { files: [] as number[], visit: [] as number[], call: [] as number[], again: [] as number[], leave: [] as number[], signaling: [] as number[] };
  let kilobytes = 0;
  for (let turn = 0; turn <= REPETITIONS; turn += 1) {
    if (turn === 1) kilobytes = residentKilobytes(pid);
    const loaded = await costOf(pid, VISITORS, () => load(url, files));
    const visit = await costOf(pid, VISITORS, async (index) => void visits.push(await open(url, `bench ${turn}-${index}`)));
    const mine = visits.slice(-VISITORS).map(({ client }) => client);
    const relayed = cpuMicroseconds(system.signaling.process.child.pid);
    const call = await costOf(pid, VISITORS, (index) => watch(mine[index], streamer, offer));
    const again = await costOf(pid, VISITORS, (index) => callUp(mine[index], offer));
    const leave = await costOf(pid, VISITORS, async (index) => {
      await mine[index]?.post('/leave');
    });
    if (turn === 0) continue;
    costs.files.push(loaded);
    costs.visit.push(visit);
    costs.call.push(call);
    costs.again.push(again);
    costs.leave.push(leave);
    // Each visitor calls twice.
    costs.signaling.push((cpuMicroseconds(system.signaling.process.child.pid) - relayed) / (2 * VISITORS) / US_PER_MS);
  }
  kilobytes = (residentKilobytes(pid) - kilobytes) / (VISITORS * REPETITIONS);
  await Promise.all(visits.map(({ page }) => page.close()));
  return [
    [`front: CPU to load the page, ms (${files.length} files)`, formatSummary(summarize(costs.files), 2)],
    ['front: CPU for a name, the WebSocket, and the name’s registration, ms', formatSummary(summarize(costs.visit), 2)],
    ['front: CPU for a call, ms (/streamer, /offer)', formatSummary(summarize(costs.call), 2)],
    ['front: CPU to call again, ms (/offer, which ends the call before)', formatSummary(summarize(costs.again), 2)],
    ['front: CPU to leave, ms (/leave)', formatSummary(summarize(costs.leave), 2)],
    ['signaling: CPU for each of these calls, ms (INVITE to BYE)', formatSummary(summarize(costs.signaling), 2)],
    [`front: memory of a page that stays open, kB (of ${VISITORS * REPETITIONS})`, kilobytes.toFixed(0)],
  ];
}

/** The page, and what it names: scripts, styles, pictures. */
async function filesOf(url: string): Promise<string[]> {
  const text = await (await fetch(url)).text();
  return ['/', ...[...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)];
}

async function load(url: string, files: readonly string[]): Promise<void> {
  for (const file of files) await (await fetch(url + file)).arrayBuffer();
}

async function open(url: string, name: string): Promise<Visit> {
  const client = await new Client(url, name).register();
  const page = await client.page();
  await page.nextOfType('streamers');
  return { client, page };
}

async function watch(client: Client | undefined, streamer: string, offer: string): Promise<void> {
  await client?.post('/streamer', { streamer });
  await callUp(client, offer);
}

async function callUp(client: Client | undefined, sdp: string): Promise<void> {
  if (client === undefined) throw new Error('nobody is there to watch');
  const { status, body } = await client.post('/offer', { type: 'offer', sdp });
  if (status !== 200) throw new Error(`front answered ${status}: ${JSON.stringify(body)}`);
}

/** CPU milliseconds of process `pid` for each of `count` tasks, some at once. */
async function costOf(pid: number, count: number, task: (index: number) => Promise<void>): Promise<number> {
  const before = cpuMicroseconds(pid);
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, index) => task(done + index)));
  }
  return (cpuMicroseconds(pid) - before) / count / US_PER_MS;
}
