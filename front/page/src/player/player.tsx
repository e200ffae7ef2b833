/** The player's screen: the stage, what is on it, and who else is live. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Streamer } from '../connection/streamer.ts';
import { NumbersLink } from '../numbers/link.tsx';
import { formatRoute } from '../routing/route.ts';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { lastWatched } from '../wall/last-watched.ts';
import { Picture } from '../wall/picture.tsx';
import { sortStreamers } from '../wall/search.ts';
import { Viewers } from '../wall/viewers.tsx';
import { Stage } from './stage.tsx';
import type { Watch } from './watch.ts';
import './player.css';

export function Player({ watch }: { watch: Watch }): JSX.Element {
  const { directory } = useApp();
  const streamer = useLastKnown(directory.find(watch.streamer));
  const title = streamer?.title ?? watch.streamer;
  const others = sortStreamers(directory.streamers.value ?? []).filter(({ name }) => name !== watch.streamer);
  useEffect(() => {
    lastWatched.note(watch.streamer);
    document.getElementById('content')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [watch]);
  return (
    <main class={others.length > 0 ? 'watch watch-with-rail' : 'watch'} id="content" tabIndex={-1} aria-label={words.player.region(title)}>
      <Banner />
      <Stage watch={watch} streamer={streamer} title={title} />
      <About streamer={streamer} title={title} live={directory.find(watch.streamer) !== undefined} />
      {others.length > 0 && <Rail streamers={others} />}
    </main>
  );
}

/** Who goes off air keeps title and description on the page until coming back. */
function useLastKnown(streamer: Streamer | undefined): Streamer | undefined {
  const known = useRef(streamer);
  if (streamer) known.current = streamer;
  return known.current;
}

function About({ streamer, title, live }: { streamer: Streamer | undefined; title: string; live: boolean }): JSX.Element {
  return (
    <section class="about">
      <div class="about-head">
        <h1><bdi>{title}</bdi></h1>
        {streamer && live && <div class="about-figures"><NumbersLink streamer={streamer.name} /><Viewers count={streamer.viewers} /></div>}
      </div>
      {streamer && streamer.name !== title && <p class="about-name"><bdi>{streamer.name}</bdi></p>}
      {streamer?.description && <p class="about-description"><bdi>{streamer.description}</bdi></p>}
    </section>
  );
}

function Rail({ streamers }: { streamers: readonly Streamer[] }): JSX.Element {
  return (
    <aside class="rail" aria-labelledby="rail-title">
      <h2 id="rail-title">{words.player.more}</h2>
      <ul role="list">
        {streamers.map((streamer) => (
          <li key={streamer.name}>
            <a class="rail-card" href={formatRoute({ screen: 'watch', streamer: streamer.name })}>
              <div class="rail-picture"><Picture streamer={streamer} /></div>
              <div class="rail-text">
                <span class="rail-title"><bdi>{streamer.title}</bdi></span>
                {streamer.title !== streamer.name && <bdi class="rail-name">{streamer.name}</bdi>}
                <Viewers count={streamer.viewers} />
              </div>
            </a>
          </li>
        ))}
      </ul>
    </aside>
  );
}
