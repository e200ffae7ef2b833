/** Before one goes into a room: how one looks, the devices, a password where there is one, and why it did not work the last time. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../../connection/failure.ts';
import { AlertIcon, BackIcon } from '../../icons/icons.tsx';
import { LockIcon } from '../../icons/meeting-icons.tsx';
import { formatRoute } from '../../routing/route.ts';
import { useApp } from '../../shell/context.ts';
import { failureText } from '../../strings/failures.ts';
import { words } from '../../strings/meeting.ts';
import { MediaHelp } from '../devices/media-help.tsx';
import { DevicePicker } from '../devices/picker.tsx';
import { Preview } from '../devices/preview.tsx';
import type { Room } from './room.ts';
import './join.css';

/** Nothing that one does here helps against these. */
const HOPELESS: ReadonlySet<string> = new Set(['unknown-room', 'invite-only', 'no-webrtc']);

export function Join({ room }: { room: Room }): JSX.Element {
  const { meetings, session } = useApp();
  const { media } = meetings;
  const { phase } = room.state.value;
  const info = room.info.value;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    void media.start();
    main.current?.focus({ preventScroll: true });
  }, [media]);
  const refusal = phase.kind === 'outside' ? phase.refusal : undefined;
  const hopeless = refusal !== undefined && HOPELESS.has(refusal.id);
  return (
    <main class="join" id="content" tabIndex={-1} ref={main}>
      <div class="join-look">
        <Preview media={media} name={session.name} />
        {media.general === undefined && <DevicePicker media={media} />}
      </div>
      <div class="join-form">
        <h1>{info ? words.join.title(info.title) : words.join.titleUnknown}</h1>
        {info?.description ? <p class="join-description" dir="auto">{info.description}</p> : null}
        {info && <p class="lead">{info.members.length > 0 ? words.join.inside(info.members) : words.join.nobody}</p>}
        {refusal && <Refusal failure={refusal} title={info?.title ?? room.id} />}
        {!hopeless && <Form room={room} busy={phase.kind === 'joining'} asksPassword={info?.hasPassword === true || refusal?.id === 'wrong-password'} />}
        <MediaHelp media={media} />
        {(media.general ?? media.problems.value.camera ?? media.problems.value.microphone) && !hopeless && <p class="join-without">{words.join.withoutMedia}</p>}
        <a class="join-back" href={formatRoute({ screen: 'rooms' })}><BackIcon />{words.join.back}</a>
      </div>
    </main>
  );
}

function Refusal({ failure, title }: { failure: Failure; title: string }): JSX.Element {
  const { title: heading, advice } = failureText(failure, title);
  return (
    <div class="join-refusal" role="alert" data-failure={failure.id}>
      <AlertIcon />
      <div>
        <p class="join-refusal-title">{heading}</p>
        <p>{advice}</p>
      </div>
    </div>
  );
}

function Form({ room, busy, asksPassword }: { room: Room; busy: boolean; asksPassword: boolean }): JSX.Element {
  const [password, setPassword] = useState('');
  const [empty, setEmpty] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const wrong = room.state.value.phase.kind === 'outside' && room.state.value.phase.refusal?.id === 'wrong-password';
  useEffect(() => {
    if (wrong) field.current?.select();
  }, [wrong]);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    const lacks = asksPassword && password === '';
    setEmpty(lacks);
    if (lacks) field.current?.focus();
    else room.join(password);
  };
  return (
    <form class="join-fields" onSubmit={onSubmit}>
      {asksPassword && (
        <label>
          <span><LockIcon />{words.join.password}</span>
          <input ref={field} type="password" name="room-password" autocomplete="off" value={password} aria-invalid={empty || wrong} aria-describedby="join-password-note" onInput={({ currentTarget }) => setPassword(currentTarget.value)} />
          {empty && <small id="join-password-note" role="alert">{words.join.passwordNeeded}</small>}
        </label>
      )}
      <button type="submit" class="button button-primary" data-command="join" aria-disabled={busy}>
        {busy ? <><span class="spinner" aria-hidden="true" />{words.join.busy}</> : words.join.button}
      </button>
    </form>
  );
}
