/** Going live: how one looks, what the stream is called; and, once one is, how it goes. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Field } from '../forms/field.tsx';
import { AlertIcon, BackIcon, CopyIcon } from '../icons/icons.tsx';
import { MediaHelp } from '../meeting/devices/media-help.tsx';
import { DevicePicker } from '../meeting/devices/picker.tsx';
import { Preview } from '../meeting/devices/preview.tsx';
import { formatRoute } from '../routing/route.ts';
import { copyText } from '../shell/clipboard.ts';
import { useApp } from '../shell/context.ts';
import { formatBitrate, formatRate, formatSize } from '../stats/format.ts';
import { liveFailureText, liveWords } from '../strings/live-words.ts';
import { liveProblem, MAX_NAME_CHARACTERS, MAX_TITLE_CHARACTERS } from './live-rules.ts';
import type { LivePhase } from './live.ts';
import '../meeting/room/join.css';
import './live.css';

export function LiveScreen(): JSX.Element {
  const { live, meetings, session } = useApp();
  const { media } = meetings;
  const phase = live.phase.value;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever is live holds them as well, and goes on elsewhere.
    const release = media.hold();
    void media.start();
    main.current?.focus({ preventScroll: true });
    return release;
  }, [media]);
  return (
    <main class="join live" id="content" tabIndex={-1} ref={main} data-live={phase.kind}>
      <div class="join-look">
        <div class="live-look">
          <Preview media={media} name={session.name} prefersScreen />
          {phase.kind === 'live' && <span class="badge-live live-badge">{liveWords.live}</span>}
        </div>
        {media.general === undefined && <DevicePicker media={media} speaker={false} />}
      </div>
      <div class="join-form">
        {phase.kind === 'live' ? <Running phase={phase} /> : <Form phase={phase} />}
        <MediaHelp media={media} />
        <a class="join-back" href={formatRoute({ screen: 'wall' })}><BackIcon />{liveWords.back}</a>
      </div>
    </main>
  );
}

function Form({ phase }: { phase: Exclude<LivePhase, { kind: 'live' }> }): JSX.Element {
  const { live, meetings, session } = useApp();
  const [name, setName] = useState(() => liveWords.defaultName(session.name).slice(0, MAX_NAME_CHARACTERS));
  const [title, setTitle] = useState('');
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { audio, video, screen } = meetings.media.state.value;
  const sendsNothing = !audio && !video && !screen;
  const problem = tried ? liveProblem({ name, title }) : undefined;
  const busy = phase.kind === 'starting';
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem?.field, tried]);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (!busy && !sendsNothing && !liveProblem({ name, title })) void live.start(name.trim(), title.trim());
  };
  return (
    <>
      <h1>{liveWords.title}</h1>
      <p class="lead">{liveWords.lead}</p>
      {phase.kind === 'off' && phase.failure && <Refusal failure={phase.failure} />}
      <form ref={form} class="form live-form" onSubmit={onSubmit} noValidate data-form="live">
        <Field name="stream-name" label={liveWords.name} autocomplete="off" hint={liveWords.nameHint} value={name} onValue={setName} problem={problem?.field === 'name' ? textOf(problem.problem, MAX_NAME_CHARACTERS) : undefined} />
        <Field name="stream-title" label={liveWords.streamTitle} autocomplete="off" optional capitalize="sentences" placeholder={liveWords.streamTitlePlaceholder} value={title} onValue={setTitle} problem={problem?.field === 'title' ? textOf(problem.problem, MAX_TITLE_CHARACTERS) : undefined} />
        {sendsNothing && !meetings.media.starting.value && <p class="join-without">{liveWords.without}</p>}
        <button type="submit" class="button button-primary button-wide" data-command="go-live" aria-disabled={busy || sendsNothing}>
          {busy ? <><span class="spinner" aria-hidden="true" />{liveWords.starting}</> : liveWords.start}
        </button>
      </form>
    </>
  );
}

function textOf(problem: 'missing' | 'too-long' | 'reserved', most: number): string {
  return problem === 'too-long' ? liveWords.problems['too-long'](most) : liveWords.problems[problem];
}

function Refusal({ failure }: { failure: NonNullable<Extract<LivePhase, { kind: 'off' }>['failure']> }): JSX.Element {
  const { title, advice } = liveFailureText(failure);
  return (
    <div class="join-refusal" role="alert" data-failure={failure.id}>
      <AlertIcon />
      <div>
        <p class="join-refusal-title">{title}</p>
        <p>{advice}</p>
      </div>
    </div>
  );
}

function Running({ phase }: { phase: Extract<LivePhase, { kind: 'live' }> }): JSX.Element {
  const { live, notices } = useApp();
  const address = new URL(formatRoute({ screen: 'watch', streamer: phase.name }), location.href);
  address.search = '';
  const copy = async (): Promise<void> => {
    if (await copyText(address.href)) notices.show({ text: liveWords.copied, tone: 'good' });
  };
  const note = phase.interrupted ? liveWords.interrupted : phase.since === undefined ? liveWords.connecting : undefined;
  return (
    <>
      <h1>{liveWords.liveTitle(phase.title)}</h1>
      <p class="lead">{liveWords.liveLead}</p>
      {note !== undefined && <p class="live-note" role="status"><span class="spinner" aria-hidden="true" />{note}</p>}
      <Figures name={phase.name} />
      <div class="live-address">
        <label>
          <span class="visually-hidden">{liveWords.linkLabel}</span>
          <input readOnly value={address.href} onFocus={({ currentTarget }) => currentTarget.select()} />
        </label>
        {isSecureContext && <button type="button" class="button" onClick={() => void copy()}><CopyIcon />{liveWords.copyLink}</button>}
      </div>
      <button type="button" class="button button-wide live-stop" data-command="stop-live" onClick={() => live.stop()}>{liveWords.stop}</button>
    </>
  );
}

function Figures({ name }: { name: string }): JSX.Element {
  const { live, directory } = useApp();
  const figures = live.figures.value;
  const viewers = directory.find(name)?.viewers;
  const picture = figures?.width === 0 ? liveWords.noPicture : formatSize(figures?.width ?? 0, figures?.height ?? 0);
  return (
    <dl class="live-figures">
      <div><dt>{liveWords.figures.viewers}</dt><dd>{viewers ?? '–'}</dd></div>
      <div><dt>{liveWords.figures.bitrate}</dt><dd>{formatBitrate(figures?.bitsPerSecond)}</dd></div>
      <div><dt>{liveWords.figures.picture}</dt><dd>{picture}</dd></div>
      <div><dt>{liveWords.figures.frames}</dt><dd>{formatRate(figures?.framesPerSecond)}</dd></div>
    </dl>
  );
}
