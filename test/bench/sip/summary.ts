/** Measurements side by side, as a table. */
import type { ServerName } from './servers.ts';
import type { Measurement, Workload } from './workload.ts';

export interface Cell {
  workload: Workload;
  digest: boolean;
  streamers: number;
  measurements: Record<ServerName, Measurement[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Our median cost over Kamailio's. */
export function ratio({ measurements }: Cell): number {
  return median(costs(measurements.sipcast)) / median(costs(measurements.kamailio));
}

/** A Markdown table, medians with the least and the most. */
export function table(cells: readonly Cell[]): string {
  const rows = cells.map((cell) => [
    cell.workload === 'call' ? 'relayed call' : cell.workload,
    cell.digest ? 'MD5' : 'off',
    cell.streamers.toLocaleString('en'),
    described(cell.measurements.sipcast),
    described(cell.measurements.kamailio),
    ratio(cell).toFixed(2),
    String([...cell.measurements.sipcast, ...cell.measurements.kamailio].reduce((sum, { failed, retransmissions }) => sum + failed + retransmissions, 0)),
  ]);
  const head = ['CPU µs per', 'digest', 'registered', 'sipcast', 'Kamailio', 'ratio', 'failed or sent again'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** How much dearer a call gets from the fewest registrations to the most. */
export function growth(cells: readonly Cell[], server: ServerName, digest: boolean): number {
  const calls = cells.filter((cell) => cell.workload === 'call' && cell.digest === digest).sort((a, b) => a.streamers - b.streamers);
  return median(costs(calls.at(-1)?.measurements[server] ?? [])) / median(costs(calls[0]?.measurements[server] ?? []));
}

function costs(measurements: readonly Measurement[]): number[] {
  return measurements.map(({ microseconds }) => microseconds);
}

function described(measurements: readonly Measurement[]): string {
  const values = costs(measurements);
  if (values.length === 0) return '–';
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
}
