/** The screen of a call between two: ringing at the other's, talking, and the last word. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { HangUpIcon, PhoneIcon } from '../../icons/meeting-icons.tsx';
import { useApp } from '../../shell/context.ts';
import { useCountdown } from '../../shell/countdown.ts';
import { failureText } from '../../strings/failures.ts';
import { words } from '../../strings/meeting.ts';
import { MediaHelp } from '../devices/media-help.tsx';
import { TrackVideo } from '../devices/track-video.tsx';
import { Portrait } from '../stage/portrait.tsx';
import { Meeting } from '../stage/meeting.tsx';
import { useMeetingKeys } from '../stage/stage-hooks.ts';
import type { Call } from './call.ts';
import type { CallPhase } from './call-state.ts';
import './call.css';

export function CallScreen({ call }: { call: Call }): JSX.Element {
  const { phase, role } = call.state.value;
  switch (phase.kind) {
    case 'preparing':
      return <Calling call={call} text={role === 'caller' ? words.call.preparing : words.call.answering} />;
    case 'ringing':
      return <Ringing call={call} phase={phase} />;
    case 'connecting':
    case 'talking':
    case 'moving':
      return <Meeting gathering={call} status={statusOf(phase, call.since.value !== undefined)} />;
    case 'over':
      return <Over call={call} phase={phase} />;
  }
}

function statusOf(phase: CallPhase, hasTalked: boolean): string | undefined {
  if (phase.kind === 'moving') return hasTalked ? words.stage.toRoom : words.stage.movingToRoom;
  if (phase.kind === 'connecting') return words.stage.connecting;
  return phase.kind === 'talking' && phase.interrupted ? words.stage.interrupted : undefined;
}

function Ringing({ call, phase }: { call: Call; phase: CallPhase & { kind: 'ringing' } }): JSX.Element {
  const seconds = useCountdown(phase.until);
  const text = phase.elsewhere ? words.call.elsewhere(call.other) : phase.heard ? words.call.ringing : words.call.reaching;
  return <Calling call={call} text={text} seconds={seconds} />;
}

function Calling({ call, text, seconds }: { call: Call; text: string; seconds?: number }): JSX.Element {
  const { media } = useApp().meetings;
  const camera = media.camera.value;
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  useMeetingKeys({ escape: () => call.leave() });
  return (
    <main class="calling" id="content" tabIndex={-1} ref={main} aria-label={words.call.region(call.other)} data-phase={call.state.value.phase.kind}>
      {camera && <div class="calling-self" aria-hidden="true"><TrackVideo track={camera} mirrored label={words.stage.you} /></div>}
      <div class="calling-card">
        <div class="calling-face"><Portrait name={call.other} /></div>
        <h1><bdi>{call.other}</bdi></h1>
        <p class="calling-text" role="status">{text}</p>
        <p class="calling-seconds" aria-hidden="true">{seconds !== undefined && words.call.left(seconds)}</p>
        <button type="button" class="round round-leave" data-command="cancel" aria-label={words.call.cancel} title={`${words.call.cancel} (Esc)`} onClick={() => call.leave()}><HangUpIcon /></button>
        <MediaHelp media={media} />
      </div>
    </main>
  );
}

function Over({ call, phase }: { call: Call; phase: CallPhase & { kind: 'over' } }): JSX.Element {
  const { calls } = useApp().meetings;
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  useMeetingKeys({ escape: () => calls.dismiss() });
  const refusal = phase.failure && failureText(phase.failure, call.other);
  const again = (): void => {
    calls.dismiss();
    calls.startCall(call.other);
  };
  return (
    <main class="calling" id="content" tabIndex={-1} ref={main} data-phase="over" data-reason={phase.failure?.id ?? phase.reason}>
      <div class="calling-card">
        <div class="calling-face"><Portrait name={call.other} /></div>
        <h1><bdi>{call.other}</bdi></h1>
        <p class="calling-text" role="alert">{refusal ? `${refusal.title}. ${refusal.advice}` : words.over[phase.reason](call.other)}</p>
        <div class="meeting-actions">
          <button type="button" class="button button-primary" data-command="again" onClick={again}><PhoneIcon />{words.call.again}</button>
          <button type="button" class="button" data-command="close" onClick={() => calls.dismiss()}>{words.call.back}</button>
        </div>
      </div>
    </main>
  );
}
