/** Figures as people read them. */

const UNKNOWN = '–';

export function formatBitrate(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined) return UNKNOWN;
  if (bitsPerSecond >= 999_500) return `${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return UNKNOWN;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** @param share 0 to 1 */
export function formatPercent(share: number | undefined): string {
  if (share === undefined) return UNKNOWN;
  const percent = share * 100;
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`;
}

export function formatRate(perSecond: number | undefined): string {
  return perSecond === undefined ? UNKNOWN : `${Math.round(perSecond)}/s`;
}

export function formatSize(width: number, height: number): string {
  return width > 0 && height > 0 ? `${width} × ${height}` : UNKNOWN;
}

const WHOLE = new Intl.NumberFormat('en');

/** Whole numbers in groups: 1,204. */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}
