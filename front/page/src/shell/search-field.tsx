/** A field to search with while one types. */
import type { JSX } from 'preact';
import { SearchIcon } from '../icons/icons.tsx';
import './search-field.css';

export function SearchField({ label, query, onQuery }: { label: string; query: string; onQuery: (query: string) => void }): JSX.Element {
  return (
    <div class="search" role="search">
      <SearchIcon />
      <input type="search" value={query} placeholder={label} aria-label={label} spellcheck={false} autocomplete="off" onInput={({ currentTarget }) => onQuery(currentTarget.value)} />
    </div>
  );
}
