/** How many watch: a number to see, a sentence to hear. */
import type { JSX } from 'preact';
import { PeopleIcon } from '../icons/icons.tsx';
import { formatCount } from '../stats/format.ts';
import { words } from '../strings/words.ts';

export function Viewers({ count }: { count: number }): JSX.Element {
  const text = formatCount(count);
  return (
    <span class="viewers">
      <PeopleIcon />
      <span aria-hidden="true">{text}</span>
      <span class="visually-hidden">{words.wall.watching(text, count === 1)}</span>
    </span>
  );
}
