/** Narrows the wall down while one types; says how many are left. */
import type { JSX } from 'preact';
import { useApp } from '../shell/context.ts';
import { SearchField } from '../shell/search-field.tsx';
import { words } from '../strings/words.ts';
import { searchStreamers } from './search.ts';

export function SearchBox({ query, onQuery }: { query: string; onQuery: (query: string) => void }): JSX.Element {
  const { directory, announcer } = useApp();
  const search = (text: string): void => {
    onQuery(text);
    if (text !== '') announcer.say(words.wall.found(searchStreamers(directory.streamers.peek() ?? [], text).length));
  };
  return <SearchField label={words.wall.search} query={query} onQuery={search} />;
}
