/** Whoever rings, over every screen of the page. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CameraIcon, HangUpIcon, PhoneIcon } from '../../icons/meeting-icons.tsx';
import { useApp } from '../../shell/context.ts';
import { useCountdown } from '../../shell/countdown.ts';
import { words } from '../../strings/meeting.ts';
import { Portrait } from '../stage/portrait.tsx';
import type { Ring } from './rings.ts';
import './ring-cards.css';

export function RingCards(): JSX.Element {
  const { calls } = useApp().meetings;
  const rings = calls.rings.value;
  return <div class="rings" role="region" aria-label={words.ring.region} aria-live="assertive">{rings.map((ring) => <RingCard key={ring.call} ring={ring} />)}</div>;
}

function RingCard({ ring }: { ring: Ring }): JSX.Element {
  const { calls } = useApp().meetings;
  const seconds = useCountdown(ring.until);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    // Who writes or reads is not torn away; who does nothing has the answer under the hand.
    const { activeElement } = document;
    if (!activeElement || activeElement === document.body || activeElement.id === 'content') card.current?.focus();
  }, []);
  const title = ring.room ? words.ring.room(ring.from, ring.room.title) : words.ring.call(ring.from);
  return (
    <section class="ring" ref={card} tabIndex={-1} role="alertdialog" aria-label={title} data-from={ring.from} data-call={ring.call}>
      <div class="ring-face"><Portrait name={ring.from} /></div>
      <div class="ring-text">
        <p class="ring-title">{title}</p>
        <p class="ring-lead">
          {calls.busy && <>{words.ring.ends} </>}
          <span class="ring-seconds" aria-hidden="true">{words.ring.seconds(seconds)}</span>
        </p>
      </div>
      <div class="ring-actions">
        <button type="button" class="ring-button ring-decline" data-command="decline" onClick={() => calls.decline(ring)}><HangUpIcon />{words.ring.decline}</button>
        <button type="button" class="ring-button" data-command="accept-audio" onClick={() => void calls.accept(ring, false)}><PhoneIcon />{words.ring.audio}</button>
        <button type="button" class="ring-button ring-accept" data-command="accept" onClick={() => void calls.accept(ring, true)}><CameraIcon />{ring.room ? words.ring.join : words.ring.video}</button>
      </div>
    </section>
  );
}
