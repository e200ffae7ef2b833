/** What an encoder costs for each viewer: nothing, since one works for all. Its CPU with one viewer and with many. */
import { setTimeout as wait } from 'node:timers/promises';
import { cpuMicroseconds, processTree } from '../sip/cpu-time.ts';
import { busyClip } from './clip.ts';
import { Crowd } from './crowd.ts';
import type { Plan } from './plan.ts';

const SETTLE_MS = 3_000;
const MEASURE_MS = 8_000;
const LET_IN_AT_ONCE = 4;
/** A moving picture with sound, which the streamer has ffmpeg make and encode. */
const SOURCE = 'test';

export interface EncoderCost {
  readonly server: string;
  readonly viewers: number;
  /** CPU of ffmpeg and of the streamer, parts of one core. */
  readonly encoder: number;
  readonly streamer: number;
}

export async function measureEncoder(plan: Plan): Promise<EncoderCost[]> {
  const candidate = plan.candidates.find(({ label }) => label.startsWith('sipcast'));
  if (!candidate) return [];
  const server = await candidate.start(busyClip(), SOURCE);
  const crowd = new Crowd(server, plan);
  const costs: EncoderCost[] = [];
  try {
    for (const viewers of [1, Math.max(...plan.viewers)]) {
      await crowd.grow(viewers, LET_IN_AT_ONCE);
      await wait(SETTLE_MS);
      const [streamer = 0, ...encoders] = processTree(server.pid);
      const [before, own] = [cpuMicroseconds(encoders), cpuMicroseconds([streamer])];
      await wait(MEASURE_MS);
      const part = (microseconds: number) => microseconds / 1_000 / MEASURE_MS;
      costs.push({ server: candidate.label, viewers, encoder: part(cpuMicroseconds(encoders) - before), streamer: part(cpuMicroseconds([streamer]) - own) });
    }
    return costs;
  } finally {
    await crowd.empty();
    await server.stop();
  }
}

export function encoderTable(costs: readonly EncoderCost[]): string[][] {
  const core = (part: number) => `${(part * 100).toFixed(1)} % of a core`;
  return [['live input (--source test)', 'ffmpeg', 'streamer'], ...costs.map(({ server, viewers, encoder, streamer }) => [`${server}, ${viewers} ${viewers === 1 ? 'viewer' : 'viewers'}`, core(encoder), core(streamer)])];
}
