/** Chooses the screen: signing in, the wall, or a player. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { App } from '../app.ts';
import { Player } from '../player/player.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { words } from '../strings/words.ts';
import { Wall } from '../wall/wall.tsx';
import { AppContext } from './context.ts';
import { Header } from './header.tsx';
import './shell.css';

export function Root({ app }: { app: App }): JSX.Element {
  return (
    <AppContext.Provider value={app}>
      <Screens app={app} />
      <p class="visually-hidden" role="status" aria-live="polite">{app.announcer.text}</p>
    </AppContext.Provider>
  );
}

function Screens({ app }: { app: App }): JSX.Element {
  const session = app.session.state.value;
  const watch = app.watch.value;
  const title = watch ? (app.directory.find(watch.streamer)?.title ?? watch.streamer) : undefined;
  useEffect(() => {
    document.title = title === undefined ? words.product : `${title} · ${words.product}`;
  }, [title]);
  if (session.kind !== 'in') return <SignIn />;
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>{words.skip}</a>
      <Header name={session.name} />
      {watch ? <Player key={watch.streamer} watch={watch} /> : <Wall />}
    </>
  );
}

/** The address after `#` is the screen, so the skip link moves the focus itself. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
