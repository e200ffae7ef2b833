/** Makes a report of two samples: what was sent between them, how it fared, and who fares worst. */
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { growthOf, NO_TOTALS, sumOf, totalsOf, type Totals } from '../fanout/totals.ts';
import type { Rates, StatisticsReport, ViewerReport } from './report.ts';
import type { Sample } from './sample.ts';

/** Viewers that a report names. */
const MAX_WORST = 5;
const MAX_RENDITIONS = 8;
/** A round trip of this length is as bad as losing every packet; loss counts long before that. */
const WORST_ROUND_TRIP_MS = 10_000;

/** Gives a viewer an id that says nothing of him. */
export type Naming = (viewer: string) => string;

interface Fare {
  readonly name: string;
  readonly sent: Totals;
  readonly loss: number;
  readonly roundTripMs: number | undefined;
  /** Empty where there is only one. */
  readonly rendition: string;
}

/** @param before an earlier sample; without one nothing can be said of rates */
export function compare(before: Sample | undefined, now: Sample, idOf: Naming): StatisticsReport {
  const seconds = before && now.at > before.at ? (now.at - before.at) / 1000 : undefined;
  const fares = [...now.viewers].map(([name, viewer]) => fare(name, viewer, before?.viewers.get(name)));
  const all = fares.reduce((sum, { sent }) => sumOf(sum, sent), NO_TOTALS);
  const roundTrips = fares.flatMap(({ roundTripMs }) => roundTripMs ?? []).sort((a, b) => a - b);
  return {
    viewers: fares.length,
    ...rates(all, seconds),
    loss: share(fares.reduce((sum, { loss, sent }) => sum + loss * sent.packets, 0), all.packets),
    ...(roundTrips.length > 0 && { roundTripMs: { median: round(quantile(roundTrips, 0.5), 1), p95: round(quantile(roundTrips, 0.95), 1) } }),
    ...(before && seconds !== undefined && {
      keyframeRequestsPerSecond: round(all.keyframeRequests / seconds, 2),
      cpu: round((now.cpuMicroseconds - before.cpuMicroseconds) / 1e6 / seconds, 3),
    }),
    memoryMegabytes: round(now.memoryBytes / 1e6, 1),
    renditions: count(fares),
    worst: worstOf(fares).map((viewer) => report(viewer, seconds, idOf)),
  };
}

function fare(name: string, now: ViewerStatistics, before: ViewerStatistics | undefined): Fare {
  let [weighted, weight] = [0, 0];
  for (const { fractionLost, packets } of now.tracks) {
    weighted += fractionLost * packets;
    weight += packets;
  }
  return { name, sent: growthOf(totalsOf(now), before ? totalsOf(before) : NO_TOTALS), loss: share(weighted, weight), roundTripMs: now.roundTripMs, rendition: now.rendition };
}

function rates({ packets, octets, retransmitted }: Totals, seconds: number | undefined): Rates {
  if (seconds === undefined) return {};
  return { bitsPerSecond: round((octets * 8) / seconds), packetsPerSecond: round(packets / seconds, 1), retransmissionsPerSecond: round(retransmitted / seconds, 2) };
}

function report({ name, sent, loss, roundTripMs, rendition }: Fare, seconds: number | undefined, idOf: Naming): ViewerReport {
  const { bitsPerSecond, retransmissionsPerSecond } = rates(sent, seconds);
  return {
    id: idOf(name),
    ...(bitsPerSecond !== undefined && { bitsPerSecond }),
    ...(retransmissionsPerSecond !== undefined && { retransmissionsPerSecond }),
    loss: round(loss, 4),
    ...(roundTripMs !== undefined && { roundTripMs: round(roundTripMs, 1) }),
    ...(rendition !== '' && { rendition }),
  };
}

function count(fares: readonly Fare[]): Record<string, number> {
  const viewers = new Map<string, number>();
  for (const { rendition } of fares) if (rendition !== '') viewers.set(rendition, (viewers.get(rendition) ?? 0) + 1);
  return Object.fromEntries([...viewers].sort(([, a], [, b]) => b - a).slice(0, MAX_RENDITIONS));
}

function worstOf(fares: readonly Fare[]): readonly Fare[] {
  const trouble = ({ loss, roundTripMs = 0 }: Fare): number => loss + roundTripMs / WORST_ROUND_TRIP_MS;
  return [...fares].sort((a, b) => trouble(b) - trouble(a)).slice(0, MAX_WORST);
}

/** @param sorted at least one value, the least first */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

function share(part: number, whole: number): number {
  return whole > 0 ? round(part / whole, 4) : 0;
}

function round(value: number, digits = 0): number {
  const unit = 10 ** digits;
  return Math.round(value * unit) / unit;
}
