/** Asks before leaving by Escape, which is pressed by mistake more easily than a button. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../../strings/meeting.ts';

export function LeaveDialog({ lead, onStay, onLeave }: { lead: string; onStay: () => void; onLeave: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onStay();
  };
  return (
    <dialog ref={dialog} class="meeting-dialog" aria-labelledby="leave-title" onCancel={onCancel}>
      <h2 id="leave-title">{words.ask.title}</h2>
      <p>{lead}</p>
      <div class="meeting-actions">
        <button type="button" class="button" onClick={onStay}>{words.ask.stay}</button>
        <button type="button" class="button button-leave" data-command="leave-now" onClick={onLeave}>{words.ask.leave}</button>
      </div>
    </dialog>
  );
}
