/** What the owner of a room may do with it. */
import type { JSX } from 'preact';
import type { Room } from '../connection/room.ts';
import { DeleteIcon, EditIcon, LinkIcon, MoreIcon } from '../icons/lobby-icons.tsx';
import { copyText } from '../shell/clipboard.ts';
import { useApp } from '../shell/context.ts';
import { useMenu } from '../shell/menu.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { roomAddress } from './room-link.ts';

/** What needs a dialog. */
export type RoomAction = 'edit' | 'remove' | 'link';

const text = lobbyWords.rooms;

export function RoomMenu({ room, onAction }: { room: Room; onAction: (action: RoomAction, room: Room) => void }): JSX.Element {
  const { notices } = useApp();
  const { open, setOpen, box, button, close, onKey } = useMenu();
  const choose = (action: RoomAction): void => {
    close();
    onAction(action, room);
  };
  const copy = async (): Promise<void> => {
    close();
    if (await copyText(roomAddress(room, location.href))) notices.show({ text: text.copied, tone: 'good' });
    else onAction('link', room);
  };
  return (
    <div class="room-tools" ref={box} onKeyDown={onKey}>
      <button type="button" class="icon-button" aria-label={text.copyLink} title={text.copyLink} data-action="copy" onClick={() => void copy()}><LinkIcon /></button>
      <button ref={button} type="button" class="icon-button" aria-expanded={open} aria-label={text.menu(room.title)} data-action="more" onClick={() => setOpen(!open)}><MoreIcon /></button>
      {open && (
        <div class="account-menu room-menu">
          <button type="button" class="menu-item" data-action="edit" onClick={() => choose('edit')}><EditIcon />{text.edit}</button>
          <button type="button" class="menu-item menu-item-danger" data-action="remove" onClick={() => choose('remove')}><DeleteIcon />{text.remove}</button>
        </div>
      )}
    </div>
  );
}
