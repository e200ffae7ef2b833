/** Over the stage while nothing plays: how far the connection is, or what went wrong and when it is tried again. */
import type { JSX } from 'preact';
import type { Failure } from '../connection/failure.ts';
import { AlertIcon, DoneIcon } from '../icons/icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { useCountdown } from '../shell/countdown.ts';
import { failureText } from '../strings/failures.ts';
import { words } from '../strings/words.ts';
import { useLate } from './late.ts';
import type { Watch } from './watch.ts';
import type { Stage } from './watch-state.ts';
import './notice.css';

export function Notice({ watch, title }: { watch: Watch; title: string }): JSX.Element {
  return <div class="notice-place" role="status">{useNotice(watch, title)}</div>;
}

function useNotice(watch: Watch, title: string): JSX.Element | null {
  const { phase } = watch.state.value;
  switch (phase.kind) {
    case 'connecting':
      return <Progress stage={phase.stage} />;
    case 'playing':
      return null;
    case 'interrupted':
      return <p class="notice-pill"><span class="spinner" aria-hidden="true" />{words.player.interrupted}</p>;
    case 'waiting':
      return <Problem watch={watch} failure={phase.failure} retryAt={phase.retryAt} title={title} />;
  }
}

/** Usually the picture is there sooner; what moves meanwhile would only take the time that the picture needs. */
const SOON_MS = 350;
/** A connection that takes this long deserves a word. */
const LATE_MS = 4_000;

const STAGES: readonly Stage[] = ['offer', 'ice', 'dtls', 'picture'];

function Progress({ stage }: { stage: Stage }): JSX.Element | null {
  const reached = STAGES.indexOf(stage);
  const [shown, late] = [useLate(SOON_MS), useLate(LATE_MS)];
  if (!shown) return null;
  return (
    <div class="progress">
      <span class="spinner spinner-large" aria-hidden="true" />
      <ol>
        {STAGES.map((each, index) => (
          <li key={each} class={index < reached ? 'done' : index === reached ? 'current' : ''} aria-current={index === reached ? 'step' : undefined}>
            {index < reached && <DoneIcon />}
            {words.stages[each]}
          </li>
        ))}
      </ol>
      {late && <p class="progress-late">{words.player.late}</p>}
    </div>
  );
}

interface ProblemProps {
  readonly watch: Watch;
  readonly failure: Failure;
  readonly retryAt: number | undefined;
  readonly title: string;
}

function Problem({ watch, failure, retryAt, title }: ProblemProps): JSX.Element {
  const app = useApp();
  const seconds = useCountdown(retryAt);
  const offline = app.directory.offline.value && failure.id === 'service-away';
  const { title: heading, advice } = failureText(offline ? { id: 'offline' } : failure, title);
  const elsewhere = failure.id === 'other-tab';
  const retry = (): void => {
    if (elsewhere) app.watchHere();
    else watch.dispatch({ type: 'retry-now' });
  };
  return (
    <div class="problem" data-failure={failure.id}>
      <AlertIcon />
      <h2>{heading}</h2>
      <p>{advice}</p>
      <div class="problem-actions">
        {failure.id !== 'no-webrtc' && <button type="button" class="button button-primary" onClick={retry}>{elsewhere ? words.player.watchHere : words.player.tryNow}</button>}
        <a class="button" href={formatRoute({ screen: 'wall' })}>{words.player.back}</a>
      </div>
      {seconds > 0 && <p class="problem-countdown" aria-hidden="true">{words.connection.retryIn(seconds)}</p>}
    </div>
  );
}
