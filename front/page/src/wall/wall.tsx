/** The wall: everybody who is live. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Streamer } from '../connection/streamer.ts';
import { GoLive } from '../live/go-live.tsx';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { Card, CardPlaceholder } from './card.tsx';
import { Empty } from './empty.tsx';
import { lastWatched } from './last-watched.ts';
import { SearchBox } from './search-box.tsx';
import { SEARCH_FROM, searchStreamers, sortStreamers } from './search.ts';
import './wall.css';

export function Wall(): JSX.Element {
  const app = useApp();
  const streamers = app.directory.streamers.value;
  const [query, setQuery] = useState('');
  const main = useRef<HTMLElement>(null);
  useFocusOnReturn(main, streamers !== undefined);
  const searchable = streamers !== undefined && (streamers.length >= SEARCH_FROM || query !== '');
  return (
    <main class="wall" id="content" tabIndex={-1} ref={main}>
      <Banner />
      {streamers?.length !== 0 && (
        <div class="wall-head">
          <h1>{words.wall.title}</h1>
          {streamers && <p class="wall-count">{words.wall.count(streamers.length)}</p>}
          {searchable && <SearchBox query={query} onQuery={setQuery} />}
          <GoLive />
        </div>
      )}
      {streamers ? <List streamers={streamers} query={query} onClear={() => setQuery('')} /> : <Loading />}
    </main>
  );
}

function List({ streamers, query, onClear }: { streamers: readonly Streamer[]; query: string; onClear: () => void }): JSX.Element {
  const found = searchStreamers(sortStreamers(streamers), query);
  const [only] = streamers;
  if (!only) return <Empty />;
  if (found.length === 0) {
    return (
      <div class="wall-nothing">
        <p>{words.wall.nothingFound(query)}</p>
        <button type="button" class="button" onClick={onClear}>{words.wall.clearSearch}</button>
      </div>
    );
  }
  return (
    <ul class={streamers.length === 1 ? 'cards cards-one' : 'cards'} role="list">
      {found.map((streamer) => <li key={streamer.name}><Card streamer={streamer} large={streamers.length === 1} /></li>)}
    </ul>
  );
}

function Loading(): JSX.Element {
  return (
    <div class="cards" role="status" aria-label={words.wall.loading}>
      {[1, 2, 3].map((key) => <CardPlaceholder key={key} />)}
    </div>
  );
}

/** Who comes back from a player finds the focus on the card that led there. */
function useFocusOnReturn(main: { readonly current: HTMLElement | null }, ready: boolean): void {
  useEffect(() => {
    const name = ready ? lastWatched.take() : undefined;
    if (name === undefined) return;
    const cards = main.current?.querySelectorAll<HTMLElement>('[data-streamer]') ?? [];
    const card = [...cards].find(({ dataset }) => dataset['streamer'] === name);
    (card ?? main.current)?.focus();
  }, [ready]);
}
