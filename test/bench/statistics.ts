/** Medians and spreads of measurements. */

export interface Summary {
  median: number;
  min: number;
  max: number;
  count: number;
}

/** Of the numbers alone: what was not measured is left out. */
export function summarize(values: readonly (number | undefined)[]): Summary {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, count: sorted.length };
}

/** `12.3 (11.9 to 13.0)` */
export function formatSummary({ median, min, max, count }: Summary, digits = 0): string {
  if (count === 0) return '–';
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** A table in columns as wide as their longest entry. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
