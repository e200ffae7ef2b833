/** A small curve of recent values. */

/**
 * @param values oldest first
 * @returns the `points` of an SVG polyline in a box of `width` × `height`; empty for fewer than two values
 */
export function sparkline(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  // A little room above the highest value, so that a steady curve is no line along the edge.
  const most = 1.2 * Math.max(...values, 1);
  const stride = width / (values.length - 1);
  return values.map((value, index) => `${round(index * stride)},${round(height - (value / most) * height)}`).join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
