/** The ladder itself: lifelines, and an arrow for each message. Of a long one only what is in sight is in the document. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ladderWords } from '../../strings/ladder-words.ts';
import type { LadderApp } from '../ladder-app.ts';
import type { Ladder } from '../model/ladder.ts';
import { ROW_PX, Rung } from './rung.tsx';
import { useWindow } from './use-window.ts';
import './rungs.css';

const PAGE_ROWS = 10;
/** Room that is kept before anything has passed: front, signaling, a streamer. */
const USUAL_LIFELINES = 3;

export function Rungs({ reading }: { reading: LadderApp }): JSX.Element {
  const { ladder, file } = reading;
  const isLive = file.value === undefined;
  const visible = ladder.visible.value;
  const lifelines = ladder.lifelines.value;
  const place = useRef<HTMLDivElement>(null);
  const selectedAt = visible.findIndex(({ id }) => id === ladder.selected.value);
  // What is looked at stays where it is, and a capture is read from its beginning.
  const { first, last, atEnd, onScroll } = useWindow({ place, count: visible.length, rowPx: ROW_PX, follow: isLive && selectedAt < 0 });
  const byKey = useFocusOnSelected(place, ladder, selectedAt);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined || visible.length === 0) return;
    event.preventDefault();
    byKey.current = true;
    ladder.move(by);
  };
  const rows = visible.slice(first, last).map((message, index) => ({ message, at: first + index }));
  // Whoever has the focus stays in the document.
  const away = selectedAt >= 0 && (selectedAt < first || selectedAt >= last) ? visible[selectedAt] : undefined;
  if (away) rows.push({ message: away, at: selectedAt });
  const tabStop = selectedAt >= 0 ? selectedAt : rows[0]?.at;
  return (
    <div class="rungs-place">
      <div class="rungs" ref={place} onScroll={onScroll} style={{ '--lifelines': String(lifelines.length || USUAL_LIFELINES) }}>
        <div class="rungs-width">
          <div class="lifelines-lines" aria-hidden="true">{lifelines.map((address) => <i key={address} />)}</div>
          <Lifelines ladder={ladder} lifelines={lifelines} />
          {visible.length === 0 && <Empty reading={reading} />}
          <ol class="rungs-list" role="list" aria-label={ladderWords.messages} style={{ height: `${visible.length * ROW_PX}px` }} onKeyDown={onKeyDown}>
            {rows.map(({ message, at }) => (
              <Rung key={message.id} message={message} at={at} count={visible.length} ladder={ladder} lifelines={lifelines} tabbable={at === tabStop} />
            ))}
          </ol>
        </div>
      </div>
      {isLive && !atEnd && <button type="button" class="button rungs-newest" onClick={() => toEnd(place.current)}>{ladderWords.newest}</button>}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_ROWS, PageUp: -PAGE_ROWS, Home: -Infinity, End: Infinity };

function Lifelines({ ladder, lifelines }: { ladder: Ladder; lifelines: readonly string[] }): JSX.Element {
  return (
    <div class="lifelines">
      <span class="lifelines-time">{ladderWords.time}</span>
      <ul class="lifelines-names" role="list">
        {lifelines.map((address) => {
          const party = ladder.parties.at(address);
          return (
            <li key={address} class="lifeline" data-lifeline={party?.kind ?? 'other'}>
              <b><bdi>{party?.name ?? address}</bdi></b>
              {party && <span>{address}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Empty({ reading: { ladder, live } }: { reading: LadderApp }): JSX.Element {
  const state = live.state.value;
  if (ladder.messages.value.length > 0) return <p class="rungs-empty">{ladderWords.emptyFilter}</p>;
  if (state.kind === 'refused') {
    return (
      <div class="rungs-empty">
        <p>{ladderWords.emptyRefused}</p>
        <button type="button" class="button" onClick={() => live.again()}>{ladderWords.again}</button>
      </div>
    );
  }
  return <p class="rungs-empty">{state.kind === 'trouble' ? `${state.message} ${ladderWords.troubleWaits}` : ladderWords.empty}</p>;
}

function toEnd(place: HTMLDivElement | null): void {
  place?.scrollTo({ top: place.scrollHeight });
}

/** Brings the message that is looked at into sight, also when others beside it come or go, and the focus along with the keys. */
function useFocusOnSelected(place: { readonly current: HTMLDivElement | null }, ladder: Ladder, selectedAt: number): { current: boolean } {
  const byKey = useRef(false);
  useEffect(() => {
    const { value } = ladder.selected;
    if (value === undefined) return;
    const row = place.current?.querySelector<HTMLElement>(`[data-message="${value}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    if (byKey.current) row?.focus({ preventScroll: true });
    byKey.current = false;
  }, [ladder.selected.value, selectedAt]);
  return byKey;
}
