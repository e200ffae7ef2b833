/** One figure: what it is now, and a small plot of the last two minutes. */
import type { JSX } from 'preact';
import { words } from '../strings/words.ts';
import { curve } from './curve.ts';
import type { Report } from './report.ts';
import type { Moment } from './stream.ts';

const BOX = { width: 240, height: 48 };

export interface Figure {
  readonly name: keyof typeof words.numbers.figures;
  readonly of: (report: Report) => number | undefined;
  readonly format: (value: number | undefined) => string;
  /** What the plot's height stands for at least. */
  readonly least: number;
  /** A second line. */
  readonly more?: (report: Report) => string | undefined;
}

export function Tile({ figure, moments, report }: { figure: Figure; moments: readonly Moment[]; report: Report }): JSX.Element {
  const points = moments.flatMap(({ at, report: past }) => {
    const value = figure.of(past);
    return value === undefined ? [] : [{ at, value }];
  });
  const most = points.length > 0 ? Math.max(...points.map(({ value }) => value)) : undefined;
  return (
    <li class="tile" data-figure={figure.name}>
      <span class="tile-label">{words.numbers.figures[figure.name]}</span>
      <span class="tile-value">{figure.format(figure.of(report))}</span>
      <span class="tile-more">{figure.more?.(report) ?? words.numbers.most(figure.format(most))}</span>
      <svg class="tile-curve" viewBox={`0 -1 ${BOX.width} ${BOX.height + 2}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path d={curve(points, BOX, figure.least)} />
      </svg>
    </li>
  );
}
