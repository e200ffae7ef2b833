/** The course of one figure over the last two minutes, as an SVG path: new values come in on the right, and what was missed stays a gap. */

/** How far back a plot reaches, ms. */
export const SPAN_MS = 120_000;
/** Values that lie further apart are not joined, ms. */
const GAP_MS = 3_500;

export interface Point {
  /** ms of some clock. */
  readonly at: number;
  readonly value: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/**
 * @param points in order of time
 * @param least what the height stands for at least
 * @returns the `d` of the line; empty where there is nothing to draw
 */
export function curve(points: readonly Point[], { width, height }: Box, least: number): string {
  const latest = points.at(-1)?.at ?? 0;
  // A little room above the highest value, so that a steady curve is no line along the edge.
  const most = 1.15 * Math.max(least, ...points.map(({ value }) => value));
  let path = '';
  let before = -Infinity;
  for (const { at, value } of points) {
    const x = width - ((latest - at) / SPAN_MS) * width;
    if (x < 0) continue;
    path += `${at - before > GAP_MS ? 'M' : 'L'}${round(x)} ${round(height - (value / most) * height)}`;
    before = at;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
