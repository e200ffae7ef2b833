/** Loads the ladder when it is first wanted: most people only watch. */
import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import { AlertIcon } from '../icons/icons.tsx';
import { words } from '../strings/words.ts';

type Page = () => JSX.Element;

const page = signal<{ readonly Page?: Page; readonly failed?: true }>({});

function load(): void {
  page.value = {};
  import('./ladder-page.tsx').then(
    ({ LadderPage }) => (page.value = { Page: LadderPage }),
    () => (page.value = { failed: true }),
  );
}

export function LazyLadder(): JSX.Element {
  const { Page, failed } = page.value;
  if (Page) return <Page />;
  if (!failed && !begun) {
    begun = true;
    load();
  }
  return (
    <main class="lazy" id="content" tabIndex={-1}>
      {failed ? (
        <p class="lead" role="alert"><AlertIcon /> {words.ladder.notLoaded} <button type="button" class="text-button" onClick={load}>{words.ladder.again}</button></p>
      ) : (
        <p class="lead" role="status">{words.ladder.loading}</p>
      )}
    </main>
  );
}

let begun = false;
