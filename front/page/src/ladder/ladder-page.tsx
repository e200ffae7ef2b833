/** The ladder's screen: what passes between the services, message by message. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { ladderWords } from '../strings/ladder-words.ts';
import { LadderApp } from './ladder-app.ts';
import { Details } from './view/details.tsx';
import { Rungs } from './view/rungs.tsx';
import { Toolbar } from './view/toolbar.tsx';
import './view/ladder.css';

export function LadderPage(): JSX.Element {
  const app = useApp();
  const [reading] = useState(() => new LadderApp(app));
  useEffect(() => {
    reading.start();
    return () => reading.stop();
  }, [reading]);
  const { ladder, live, file } = reading;
  const selected = ladder.find(ladder.selected.value);
  return (
    <main class="ladder" id="content" tabIndex={-1} data-state={file.value === undefined ? live.state.value.kind : 'file'}>
      <Banner />
      <Toolbar reading={reading} />
      <div class={selected ? 'ladder-body ladder-body-open' : 'ladder-body'}>
        <Rungs key={file.value} reading={reading} />
        {selected && <Details key={selected.id} message={selected} ladder={ladder} />}
      </div>
      <p class="visually-hidden" role="status">{ladder.paused.value ? ladderWords.held(ladder.held.value) : ''}</p>
    </main>
  );
}
