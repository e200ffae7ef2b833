/** One message: its time, and an arrow from one lifeline to another in the colour of its call. */
import type { JSX } from 'preact';
import { ladderWords } from '../../strings/ladder-words.ts';
import type { Ladder } from '../model/ladder.ts';
import type { LadderMessage } from '../model/message.ts';
import './rung.css';

/** Height of a row, as in the style sheet, px. */
export const ROW_PX = 46;

export interface RungProps {
  readonly message: LadderMessage;
  /** Its place among those that are shown, from 0, and how many these are. */
  readonly at: number;
  readonly count: number;
  readonly ladder: Ladder;
  readonly lifelines: readonly string[];
  readonly tabbable: boolean;
}

export function Rung({ message, at, count, ladder, lifelines, tabbable }: RungProps): JSX.Element {
  const { id, lost, again, title, what, callId } = message;
  const isSelected = ladder.selected.value === id;
  const seconds = secondsSince(ladder.began, message.at);
  return (
    <li class="rung" style={{ top: `${at * ROW_PX}px` }} aria-posinset={at + 1} aria-setsize={count}>
      <button
        type="button" class="rung-button" data-message={id} data-title={title} data-lost={lost || undefined} data-again={again !== undefined || undefined}
        aria-pressed={isSelected} aria-label={spoken(message, seconds, ladder)} tabIndex={tabbable ? 0 : -1}
        onClick={() => (ladder.selected.value = isSelected ? undefined : id)}
      >
        <span class="rung-time">{seconds}</span>
        <span class="rung-track">
          <span class={arrowClass(message, lifelines, ladder.colourOf(callId))} style={arrowPlace(message, lifelines)}>
            <span class="rung-label">
              <b>{title}</b> {what}
              {again !== undefined && <em>{ladderWords.repeated}</em>}
              {lost && <em class="rung-lost">{ladderWords.lost}</em>}
            </span>
            <i class="rung-line" />
            {lost && <i class="rung-cross">✕</i>}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Seconds with three digits, of which a person can read the order. */
export function secondsSince(began: number, at: number): string {
  return ((at - began) / 1000).toFixed(3);
}

/** What a party is called, or its address. */
export function nameOf(ladder: Ladder, address: string): string {
  return ladder.parties.at(address)?.name ?? address;
}

function spoken({ source, target, title, what, again, lost }: LadderMessage, seconds: string, ladder: Ladder): string {
  const text = ladderWords.row(seconds, nameOf(ladder, source), nameOf(ladder, target), title, what);
  return `${text}${again === undefined ? '' : ladderWords.rowRepeated}${lost ? ladderWords.rowLost : ''}`;
}

function ends({ source, target }: LadderMessage, lifelines: readonly string[]): [number, number] {
  // A lifeline for which there was no room stands for the last.
  const indexOf = (address: string): number => (lifelines.includes(address) ? lifelines.indexOf(address) : lifelines.length - 1);
  return [indexOf(source), indexOf(target)];
}

function arrowClass(message: LadderMessage, lifelines: readonly string[], colour: number): string {
  const [from, to] = ends(message, lifelines);
  const direction = from === to ? 'rung-self' : from < to ? 'rung-right' : 'rung-left';
  return ['rung-arrow', direction, `rung-colour-${colour}`, message.lost ? 'rung-is-lost' : '', message.again === undefined ? '' : 'rung-is-again', (message.sip?.status ?? 0) >= 400 ? 'rung-is-refusal' : ''].filter(Boolean).join(' ');
}

function arrowPlace(message: LadderMessage, lifelines: readonly string[]): Record<string, string> {
  const [from, to] = ends(message, lifelines);
  const part = 100 / Math.max(1, lifelines.length);
  return { left: `${(Math.min(from, to) + 0.5) * part}%`, width: `${Math.abs(from - to) * part}%` };
}
