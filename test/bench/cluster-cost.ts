/** What daemons that share a directory in Redis spend: on what they do themselves, on hearing what the others did, and what Redis spends on it. */
import type { Address } from '../../shared/sip/index.ts';
import { RedisServer } from '../support/engines/redis.ts';
import { startService } from '../support/processes/service.ts';
import { callLoad } from './call-load.ts';
import { cpuMicroseconds, residentKilobytes } from './process-cost.ts';
import { registerLoad } from './register-load.ts';
import type { LoadResult } from './sip-load.ts';
import { formatSummary, summarize } from './statistics.ts';
import { TYPICAL_ANSWER, TYPICAL_OFFER } from './typical-sdp.ts';

const DAEMONS = 3;
const REPETITIONS = 3;
const REGISTERS = { names: 500, count: 2_000, perSecond: 300 };
const CALLS = { names: 100, count: 800, perSecond: 80 };

interface Costs {
  /** CPU µs of the daemon that is asked, of one that only hears of it, and of Redis, for each request or call. */
  readonly own: number[];
  readonly heard: number[];
  readonly redis: number[];
}

export async function clusterCost(): Promise<string[][]> {
  const redis = await RedisServer.start();
  const daemons = await Promise.all(
    Array.from({ length: DAEMONS }, () => startService('signaling', ['0', '--directory', redis.url], { env: { SIPCAST_LOG_LEVEL: 'warn', SIPCAST_RATE_LIMIT: '0' } })),
  );
  try {
    const [asked, ...others] = daemons;
    if (asked === undefined) return [];
    const target = addressOf(asked.addresses['sip']);
    const pids = { own: [asked.child.pid], heard: others.map(({ child }) => child.pid), redis: [redis.pid] };
    const measured = async (load: (begin: () => void) => Promise<LoadResult>): Promise<Costs> => {
      const costs: Costs = { own: [], heard: [], redis: [] };
      const kept = [costs.own, costs.heard, costs.redis];
      for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
        const used = () => Object.values(pids).map((some) => some.reduce((sum, pid) => sum + cpuMicroseconds(pid), 0) / some.length);
        let before = used();
        const { sent, completed, refused } = await load(() => (before = used()));
        if (completed < sent) process.stderr.write(`only ${completed} of ${sent} completed, ${refused} refused\n`);
        used().forEach((after, index) => kept[index]?.push((after - (before[index] ?? 0)) / completed));
      }
      return costs;
    };
    const registers = await measured(() => registerLoad({ target, ...REGISTERS }));
    const kilobytes = residentKilobytes(pids.heard[0] ?? 0);
    const calls = await measured((begin) => callLoad({ target, ...CALLS, offer: TYPICAL_OFFER, answer: TYPICAL_ANSWER }, begin));
    const perSession = (residentKilobytes(pids.heard[0] ?? 0) - kilobytes) / (REPETITIONS * CALLS.count);
    return [
      ['CPU µs for each', 'of the daemon asked', `of each of ${others.length} that hear of it`, 'of Redis'],
      [`REGISTER (${REGISTERS.perSecond}/s)`, ...described(registers)],
      [`relayed call (INVITE to BYE, ${CALLS.perSecond}/s)`, ...described(calls)],
      ['memory per session, kB, of one that hears of it', '–', perSession.toFixed(1), '–'],
    ];
  } finally {
    for (const { child } of daemons) await child.end();
    await redis.remove();
  }
}

function described({ own, heard, redis }: Costs): string[] {
  return [own, heard, redis].map((values) => formatSummary(summarize(values), 0));
}

function addressOf(text = ''): Address {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
