/** What was sent to viewers, added up: of one, of several, or of all that there ever were. */
import { NO_DELAYS, type DelayCounts } from './send-delays.ts';
import type { ViewerStatistics } from './statistics.ts';

export interface Totals {
  /** Retransmissions left out. */
  readonly packets: number;
  /** Bytes of their payload. */
  readonly octets: number;
  readonly retransmitted: number;
  /** That came, each for one packet or several. */
  readonly nacks: number;
  readonly keyframeRequests: number;
  /** Of frames, each for all viewers of a thread who see the same moment. */
  readonly delays: DelayCounts;
}

export const NO_TOTALS: Totals = { packets: 0, octets: 0, retransmitted: 0, nacks: 0, keyframeRequests: 0, delays: NO_DELAYS };

export function totalsOf({ tracks, nacks, keyframeRequests }: ViewerStatistics): Totals {
  return tracks.reduce((sum, { packets, octets, retransmitted }) => sumOf(sum, { ...NO_TOTALS, packets, octets, retransmitted }), { ...NO_TOTALS, nacks, keyframeRequests });
}

export function sumOf(a: Totals, b: Totals): Totals {
  return combined(a, b, (one, other) => one + other);
}

/** What came since `before`; nothing where less is known now. */
export function growthOf(now: Totals, before: Totals): Totals {
  return combined(now, before, (one, other) => Math.max(0, one - other));
}

function combined(a: Totals, b: Totals, combine: (a: number, b: number) => number): Totals {
  return {
    packets: combine(a.packets, b.packets),
    octets: combine(a.octets, b.octets),
    retransmitted: combine(a.retransmitted, b.retransmitted),
    nacks: combine(a.nacks, b.nacks),
    keyframeRequests: combine(a.keyframeRequests, b.keyframeRequests),
    delays: { counts: a.delays.counts.map((count, place) => combine(count, b.delays.counts[place] ?? 0)), seconds: combine(a.delays.seconds, b.delays.seconds) },
  };
}
