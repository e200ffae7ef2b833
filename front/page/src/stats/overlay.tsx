/** The statistics over the picture: what arrives, how well, and how the first frame came about. */
import type { JSX } from 'preact';
import { CloseIcon } from '../icons/icons.tsx';
import type { Watch } from '../player/watch.ts';
import { words } from '../strings/words.ts';
import type { Figures } from './figures.ts';
import { partsOf, type TimeToFirstFrame } from './first-frame.ts';
import { formatBitrate, formatMs, formatPercent, formatRate, formatSize } from './format.ts';
import { sparkline } from './sparkline.ts';
import './overlay.css';

const CURVE = { width: 120, height: 26 };

export function StatisticsOverlay({ watch, onClose }: { watch: Watch; onClose: () => void }): JSX.Element {
  const history = watch.history.value;
  return (
    <section class="statistics" aria-labelledby="statistics-title">
      <header>
        <h2 id="statistics-title">{words.statistics.title}</h2>
        <button type="button" class="control" aria-label={words.player.close} onClick={onClose}><CloseIcon /></button>
      </header>
      <Table figures={history.at(-1)} history={history} />
      <FirstFrame times={watch.timeToFirstFrame.value} />
    </section>
  );
}

function Table({ figures, history }: { figures: Figures | undefined; history: readonly Figures[] }): JSX.Element {
  const curve = sparkline(history.map(({ bitsPerSecond }) => bitsPerSecond).filter((value) => value !== undefined), CURVE.width, CURVE.height);
  const rows: [string, string][] = [
    [words.statistics.resolution, formatSize(figures?.width ?? 0, figures?.height ?? 0)],
    [words.statistics.frames, formatRate(figures?.framesPerSecond)],
    [words.statistics.bitrate, formatBitrate(figures?.bitsPerSecond)],
    [words.statistics.loss, formatPercent(figures?.loss)],
    [words.statistics.roundTrip, formatMs(figures?.roundTripMs)],
    [words.statistics.jitter, formatMs(figures?.jitterMs)],
    [words.statistics.buffer, formatMs(figures?.bufferMs)],
    [words.statistics.codecs, figures?.codecs || '–'],
    [words.statistics.path, figures?.path ?? '–'],
  ];
  return (
    <>
      <dl class="statistics-table">
        {rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
      <svg class="statistics-curve" viewBox={`0 -1 ${CURVE.width} ${CURVE.height + 2}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {curve && <polyline points={curve} />}
      </svg>
    </>
  );
}

function FirstFrame({ times }: { times: TimeToFirstFrame | undefined }): JSX.Element | null {
  if (!times) return null;
  const parts = partsOf(times);
  return (
    <div class="first-frame">
      <p>{words.statistics.firstFrame}<b>{formatMs(times.firstFrameMs)}</b></p>
      <div class="first-frame-bar" aria-hidden="true">
        {parts.map(({ mark, ms }) => <i key={mark} class={`part-${mark}`} style={{ flexGrow: String(Math.max(ms, 0.5)) }} />)}
      </div>
      <ul role="list">
        {parts.map(({ mark, ms }) => <li key={mark} class={`part-${mark}`}><i aria-hidden="true" />{words.statistics.parts[mark]} <b>{formatMs(ms)}</b></li>)}
      </ul>
    </div>
  );
}
