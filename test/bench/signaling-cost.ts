/** What the signaling daemon spends on a REGISTER and on a relayed call, under the load of our own generator. */
import type { Address } from '../../shared/sip/index.ts';
import { callLoad } from './call-load.ts';
import { cpuMicroseconds, residentKilobytes } from './process-cost.ts';
import { registerLoad } from './register-load.ts';
import type { LoadResult } from './sip-load.ts';
import { formatSummary, summarize } from './statistics.ts';
import { TYPICAL_ANSWER, TYPICAL_OFFER } from './typical-sdp.ts';

const REPETITIONS = 5;
const REGISTERS = { names: 1000, count: 10_000, perSecond: 2_000 };
const CALLS = { names: 100, count: 2_000, perSecond: 250 };

export async function signalingCost(target: Address, pid: number): Promise<string[][]> {
  const registers = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const before = cpuMicroseconds(pid);
    registers.push(costOf(await registerLoad({ target, ...REGISTERS }), cpuMicroseconds(pid) - before));
  }
  const kilobytes = residentKilobytes(pid);
  const calls = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    let before = 0;
    const result = await callLoad({ target, ...CALLS, offer: TYPICAL_OFFER, answer: TYPICAL_ANSWER }, () => (before = cpuMicroseconds(pid)));
    calls.push(costOf(result, cpuMicroseconds(pid) - before));
  }
  // All of them are still kept: the bench takes less than the time for which ended sessions stay.
  const perSession = (residentKilobytes(pid) - kilobytes) / (REPETITIONS * CALLS.count);
  return [
    [`CPU per REGISTER, µs (${REGISTERS.names} names, ${REGISTERS.perSecond}/s, on disk before its 200)`, formatSummary(summarize(registers), 1)],
    [`CPU per relayed call, µs (INVITE to BYE, ${CALLS.perSecond}/s, sessions kept on disk as by default)`, formatSummary(summarize(calls), 0)],
    [`memory per session that is kept, kB (of ${REPETITIONS * CALLS.count})`, perSession.toFixed(1)],
  ];
}

/** A load that was not carried whole measures something else. */
function costOf({ sent, completed, refused }: LoadResult, microseconds: number): number {
  if (completed < sent) process.stderr.write(`only ${completed} of ${sent} completed, ${refused} refused\n`);
  return microseconds / completed;
}
