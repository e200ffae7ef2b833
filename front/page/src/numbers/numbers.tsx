/** A streamer's numbers for operators: figures with their last two minutes, who gets which rendition, and who fares worst. */
import type { JSX } from 'preact';
import { AlertIcon, BackIcon } from '../icons/icons.tsx';
import { Logo } from '../icons/logo.tsx';
import { formatRoute } from '../routing/route.ts';
import { formatCount, formatMs, formatPercent } from '../stats/format.ts';
import { words } from '../strings/words.ts';
import { formatMegabytes, formatPerSecond, formatTraffic } from './format.ts';
import type { Report } from './report.ts';
import type { Moment, NumbersStream } from './stream.ts';
import { Tile, type Figure } from './tile.tsx';
import { Renditions } from './renditions.tsx';
import { Worst } from './worst.tsx';
import './numbers.css';

/** `least` is what the height of a plot stands for at least, so that next to nothing does not look like a lot. */
const FIGURES: readonly Figure[] = [
  { name: 'viewers', of: ({ viewers }) => viewers, format: (value) => (value === undefined ? '–' : formatCount(value)), least: 1 },
  { name: 'bitrate', of: ({ bitsPerSecond }) => bitsPerSecond, format: formatTraffic, least: 100_000 },
  { name: 'packets', of: ({ packetsPerSecond }) => packetsPerSecond, format: formatPerSecond, least: 10 },
  { name: 'loss', of: ({ loss }) => loss, format: formatPercent, least: 0.02 },
  { name: 'roundTrip', of: ({ roundTripMs }) => roundTripMs, format: formatMs, least: 20, more: ({ longRoundTripMs }) => (longRoundTripMs === undefined ? undefined : words.numbers.longRoundTrip(formatMs(longRoundTripMs))) },
  { name: 'retransmissions', of: ({ retransmissionsPerSecond }) => retransmissionsPerSecond, format: formatPerSecond, least: 5 },
  { name: 'keyframes', of: ({ keyframeRequestsPerSecond }) => keyframeRequestsPerSecond, format: formatPerSecond, least: 2 },
  { name: 'cpu', of: ({ cpu }) => cpu, format: formatPercent, least: 0.2 },
  { name: 'memory', of: ({ memoryMegabytes }) => memoryMegabytes, format: formatMegabytes, least: 50 },
];

export function Numbers({ streamer, stream }: { streamer: string; stream: NumbersStream }): JSX.Element {
  const state = stream.state.value;
  const moments = stream.moments.value;
  const report = moments.at(-1)?.report;
  return (
    <>
      <header class="header">
        <a class="brand" href="/"><Logo /><span>{words.product}</span></a>
        <a class="text-button numbers-watch" href={`/${formatRoute({ screen: 'watch', streamer })}`}><BackIcon />{words.wall.watch}</a>
      </header>
      <main class="numbers" data-state={state.kind}>
        <h1>{words.numbers.title} <bdi>{streamer}</bdi></h1>
        <p class="numbers-lead">{words.numbers.lead}</p>
        <div role="status">
          {state.kind === 'trouble' && <div class="numbers-trouble"><AlertIcon /><span>{state.text} {words.numbers.waits}</span></div>}
          {state.kind === 'waiting' && <p class="numbers-waiting">{words.numbers.waiting}</p>}
        </div>
        {report && <Figures moments={moments} report={report} stale={state.kind !== 'live'} />}
      </main>
    </>
  );
}

function Figures({ moments, report, stale }: { moments: readonly Moment[]; report: Report; stale: boolean }): JSX.Element {
  return (
    <div class={stale ? 'numbers-figures numbers-stale' : 'numbers-figures'}>
      <ul class="numbers-tiles" role="list">
        {FIGURES.map((figure) => <Tile key={figure.name} figure={figure} moments={moments} report={report} />)}
      </ul>
      {report.renditions.length > 0 && <Renditions renditions={report.renditions} />}
      {report.worst.length > 0 && <Worst viewers={report.worst} />}
    </div>
  );
}
