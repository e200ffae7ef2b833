/** The screen of a room: going in, being inside, coming back after a loss, and having left. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LeaveIcon } from '../../icons/icons.tsx';
import { formatRoute } from '../../routing/route.ts';
import { useApp } from '../../shell/context.ts';
import { useCountdown } from '../../shell/countdown.ts';
import { failureText } from '../../strings/failures.ts';
import { words } from '../../strings/meeting.ts';
import { Meeting } from '../stage/meeting.tsx';
import { Join } from './join.tsx';
import type { Room } from './room.ts';
import type { RoomPhase } from './room-state.ts';
import './left.css';

/** Whether the room takes the whole window. */
export function fillsWindow(room: Room): boolean {
  const { phase } = room.state.value;
  return phase.kind === 'inside' || (room.since.value !== undefined && (phase.kind === 'joining' || phase.kind === 'returning'));
}

export function RoomScreen({ room }: { room: Room }): JSX.Element {
  const { phase } = room.state.value;
  if (phase.kind === 'left') return <Left room={room} reason={phase.reason} />;
  if (fillsWindow(room)) return <Meeting gathering={room} status={useStatus(room, phase)} />;
  return phase.kind === 'returning' ? <Waiting room={room} phase={phase} /> : <Join room={room} />;
}

function useStatus(room: Room, phase: RoomPhase): JSX.Element | string | undefined {
  switch (phase.kind) {
    case 'inside':
      if (!phase.interrupted) return undefined;
      return room.state.value.failures === 0 && room.everConnected.value ? words.stage.interrupted : words.stage.connecting;
    case 'returning':
      return <Returning room={room} phase={phase} />;
    default:
      return words.stage.returning;
  }
}

function Returning({ room, phase }: { room: Room; phase: RoomPhase & { kind: 'returning' } }): JSX.Element {
  const seconds = useCountdown(phase.retryAt);
  return (
    <>
      {failureText(phase.failure, room.title.value).title}.{' '}
      <span aria-hidden="true">{seconds > 0 ? words.join.retryIn(seconds) : words.join.retrying}</span>
      <button type="button" class="text-button" onClick={() => room.retryNow()}>{words.join.tryNow}</button>
    </>
  );
}

/** The first joining did not work, and is tried again by itself. */
function Waiting({ room, phase }: { room: Room; phase: RoomPhase & { kind: 'returning' } }): JSX.Element {
  const seconds = useCountdown(phase.retryAt);
  const { title, advice } = failureText(phase.failure, room.title.value);
  return (
    <Word heading={title} lead={advice} failure={phase.failure.id}>
      <button type="button" class="button button-primary" onClick={() => room.retryNow()}>{words.join.tryNow}</button>
      <a class="button" href={formatRoute({ screen: 'rooms' })}>{words.join.back}</a>
      <p class="left-countdown" aria-hidden="true">{seconds > 0 ? words.join.retryIn(seconds) : words.join.retrying}</p>
    </Word>
  );
}

function Left({ room, reason }: { room: Room; reason: (RoomPhase & { kind: 'left' })['reason'] }): JSX.Element {
  const { meetings } = useApp();
  const { heading, lead, again } = leftText(reason);
  return (
    <Word heading={heading} lead={lead} failure={reason}>
      {again !== undefined && <button type="button" class="button button-primary" data-command="again" onClick={() => meetings.again()}>{again}</button>}
      <a class="button" href={formatRoute({ screen: 'rooms' })}>{words.join.back}</a>
      {room.title.value !== '' && <p class="left-title"><bdi>{room.title.value}</bdi></p>}
    </Word>
  );
}

interface LeftText {
  readonly heading: string;
  readonly lead: string;
  /** A way back in; undefined where there is none. */
  readonly again: string | undefined;
}

function leftText(reason: (RoomPhase & { kind: 'left' })['reason']): LeftText {
  switch (reason) {
    case 'elsewhere':
      return { heading: words.left.elsewhere, lead: words.left.elsewhereLead, again: words.left.here };
    case 'deleted':
      return { heading: words.left.deleted, lead: words.left.deletedLead, again: undefined };
    case 'closed-by-operator':
      return { heading: words.left.operator, lead: words.left.operatorLead, again: undefined };
    default:
      return { heading: words.left.own, lead: words.left.ownLead, again: words.left.again };
  }
}

function Word({ heading, lead, failure, children }: { heading: string; lead: string; failure: string; children: (JSX.Element | false)[] }): JSX.Element {
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus({ preventScroll: true }), []);
  return (
    <main class="left" id="content" tabIndex={-1} ref={main} data-failure={failure}>
      <LeaveIcon />
      <h1>{heading}</h1>
      <p class="lead">{lead}</p>
      <div class="meeting-actions">{children}</div>
    </main>
  );
}
