/** Shows a room's link where the browser does not let the page copy it. */
import type { JSX } from 'preact';
import type { Room } from '../connection/room.ts';
import { Dialog } from '../shell/dialog.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import { roomAddress } from './room-link.ts';

export function LinkDialog({ room, onClose }: { room: Room; onClose: () => void }): JSX.Element {
  const text = lobbyWords.rooms;
  return (
    <Dialog title={text.linkTitle} onClose={onClose} light>
      <div class="field">
        <p class="lead">{text.linkLead}</p>
        <input class="link-text" type="text" readOnly value={roomAddress(room, location.href)} aria-label={text.linkTitle} onFocus={({ currentTarget }) => currentTarget.select()} />
      </div>
    </Dialog>
  );
}
