/** Asks before a room is deleted. */
import type { JSX } from 'preact';
import { failureOf } from '../connection/failure.ts';
import type { Room } from '../connection/room.ts';
import { FormProblem } from '../forms/problem.tsx';
import { useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { Dialog } from '../shell/dialog.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';

const text = lobbyWords.rooms;

export function RemoveDialog({ room, onClose, onRemoved }: { room: Room; onClose: () => void; onRemoved?: () => void }): JSX.Element {
  const { account, lobby, notices } = useApp();
  const { form, onSubmit, busy, failure } = useForm(() => ({}), async () => {
    try {
      await account.use((bearer) => lobby.roomsApi.remove(room.id, bearer));
    } catch (error) {
      // Somebody else was faster, an operator say.
      if (failureOf(error).id !== 'unknown-room') throw error;
    }
    lobby.rooms.remove(room.id);
    notices.show({ text: text.removed(room.title), tone: 'good' });
    onRemoved?.();
    onClose();
  });
  const inside = room.members.length;
  return (
    <Dialog title={text.removeTitle(room.title)} onClose={onClose} light>
      <form ref={form} class="form" onSubmit={onSubmit} data-form="remove">
        <p class="lead">{inside > 0 ? `${text.removeInside(inside)} ${text.removeLead}` : text.removeLead}</p>
        <FormProblem failure={failure} />
        <div class="dialog-actions">
          <button type="button" class="button" autofocus onClick={onClose}>{lobbyWords.form.cancel}</button>
          <button type="submit" class="button button-danger" aria-disabled={busy}>
            {busy ? <><span class="spinner" aria-hidden="true" />{text.removing}</> : text.remove}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
