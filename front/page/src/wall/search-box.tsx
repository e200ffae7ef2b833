/** Narrows the wall down while one types; says how many are left. */
import type { JSX } from 'preact';
import { SearchIcon } from '../icons/icons.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { searchStreamers } from './search.ts';

export function SearchBox({ query, onQuery }: { query: string; onQuery: (query: string) => void }): JSX.Element {
  const { directory, announcer } = useApp();
  const search = (text: string): void => {
    onQuery(text);
    if (text !== '') announcer.say(words.wall.found(searchStreamers(directory.streamers.peek() ?? [], text).length));
  };
  return (
    <div class="search" role="search">
      <SearchIcon />
      <input type="search" value={query} placeholder={words.wall.search} aria-label={words.wall.search} spellcheck={false} onInput={({ currentTarget }) => search(currentTarget.value)} />
    </div>
  );
}
