/** The way to a streamer's numbers; only operators see it. */
import type { JSX } from 'preact';
import { StatisticsIcon } from '../icons/icons.tsx';
import { words } from '../strings/words.ts';
import { numbersAddress } from './address.ts';
import { operator } from './operator.ts';
import './link.css';

/** In a tab of its own: the picture goes on. */
export function NumbersLink({ streamer }: { streamer: string }): JSX.Element | null {
  if (!operator().value) return null;
  return <a class="numbers-link" href={numbersAddress(streamer)} target="_blank" rel="noopener" title={words.numbers.lead}><StatisticsIcon />{words.numbers.link}</a>;
}
