/** Where the film stands, and the way to anywhere else in it: elapsed time, bar, remaining time. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../strings/words.ts';
import type { Position } from './messages.ts';
import type { Remote } from './remote.ts';
import { clockText, spokenTime } from './time-text.ts';
import './seek-bar.css';

/** The bar moves on this often while the film plays. */
const TICK_MS = 200;
/** Of the bar, in its own steps: fine enough that its thumb glides. */
const STEPS_PER_SECOND = 10;

export function SeekBar({ remote }: { remote: Remote }): JSX.Element | null {
  const position = usePosition(remote);
  const [dragged, setDragged] = useState<number>();
  const [pointed, setPointed] = useState<{ readonly seconds: number; readonly share: number }>();
  if (!position) return null;
  const { duration } = position;
  const seconds = dragged ?? position.seconds;
  const preview = dragged === undefined ? pointed : { seconds: dragged, share: dragged / duration };
  const point = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    if (event.pointerType !== 'mouse') return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    setPointed({ seconds: share * duration, share });
  };
  return (
    <div class="seek">
      <span class="seek-time" aria-hidden="true">{clockText(seconds)}</span>
      <div class="seek-bar" onPointerMove={point} onPointerLeave={() => setPointed(undefined)}>
        {preview && <output class="seek-preview" style={{ '--at': preview.share }} aria-hidden="true">{clockText(preview.seconds)}</output>}
        <input
          type="range"
          data-seek
          min="0"
          max={Math.round(duration * STEPS_PER_SECOND)}
          step="1"
          value={Math.round(seconds * STEPS_PER_SECOND)}
          aria-label={words.player.seek}
          aria-valuetext={words.player.positionOf(spokenTime(seconds), spokenTime(duration))}
          aria-keyshortcuts="ArrowLeft ArrowRight J L Home End"
          style={{ '--filled': `${(100 * seconds) / duration}%` }}
          onInput={({ currentTarget }) => setDragged(Number(currentTarget.value) / STEPS_PER_SECOND)}
          onChange={({ currentTarget }) => {
            setDragged(undefined);
            remote.seek(Number(currentTarget.value) / STEPS_PER_SECOND);
          }}
        />
      </div>
      <span class="seek-time seek-remaining" aria-hidden="true">−{clockText(Math.ceil(duration - seconds))}</span>
    </div>
  );
}

function usePosition(remote: Remote): Position | undefined {
  const mark = remote.mark.value;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!mark || mark.paused) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [mark]);
  return remote.position();
}
