/** Figures of a streamer as operators read them. */
import { formatBitrate, formatCount } from '../stats/format.ts';

const UNKNOWN = '–';

/** What all viewers together get may be a lot. */
export function formatTraffic(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond !== undefined && bitsPerSecond >= 999_500_000) return `${(bitsPerSecond / 1e9).toFixed(2)} Gbit/s`;
  return formatBitrate(bitsPerSecond);
}

export function formatPerSecond(rate: number | undefined): string {
  if (rate === undefined) return UNKNOWN;
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

export function formatMegabytes(megabytes: number | undefined): string {
  return megabytes === undefined ? UNKNOWN : `${formatCount(Math.round(megabytes))} MB`;
}
