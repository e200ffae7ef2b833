/** Who gets which rendition: one bar, in parts. */
import type { JSX } from 'preact';
import { words } from '../strings/words.ts';
import type { Report } from './report.ts';

/** As many colours as the style sheet has; then they begin anew. */
const COLOURS = 4;

export function Renditions({ renditions }: Pick<Report, 'renditions'>): JSX.Element {
  return (
    <section class="numbers-part" aria-labelledby="renditions-title">
      <h2 id="renditions-title">{words.numbers.renditions}</h2>
      <div class="rendition-bar" aria-hidden="true">
        {renditions.map(({ name, viewers }, index) => <i key={name} class={`rendition-${index % COLOURS}`} style={{ flexGrow: String(viewers) }} />)}
      </div>
      <ul class="rendition-key" role="list">
        {renditions.map(({ name, viewers }, index) => (
          <li key={name}><i class={`rendition-${index % COLOURS}`} aria-hidden="true" /><bdi>{name}</bdi> <b>{words.numbers.viewers(viewers)}</b></li>
        ))}
      </ul>
    </section>
  );
}
