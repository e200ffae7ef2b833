/** Who is signed in, and what he may do about it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RenameDialog } from '../accounts/rename-dialog.tsx';
import { LeaveIcon } from '../icons/icons.tsx';
import { AccountIcon, EditIcon, ShieldIcon } from '../icons/lobby-icons.tsx';
import { operator } from '../numbers/operator.ts';
import { Avatar } from '../people/avatar.tsx';
import { formatRoute } from '../routing/route.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { useApp } from './context.ts';
import { useMenu } from './menu.ts';

export function AccountMenu({ name }: { name: string }): JSX.Element {
  const app = useApp();
  const isByPlace = operator().value;
  const { open, setOpen, box, button, close, onKey } = useMenu();
  const [renaming, setRenaming] = useState(false);
  const rename = (): void => {
    close();
    setRenaming(true);
  };
  return (
    <div class="account" ref={box} onKeyDown={onKey}>
      <button ref={button} type="button" class="account-button" aria-expanded={open} aria-label={words.account.menu(name)} onClick={() => setOpen(!open)}>
        <Avatar name={name} size="small" />
        <bdi class="account-name">{name}</bdi>
      </button>
      {open && (
        <div class="account-menu">
          <Who name={name} />
          <a class="menu-item" href={formatRoute({ screen: 'account' })} onClick={close}><AccountIcon />{lobbyWords.nav.account}</a>
          <button type="button" class="menu-item" onClick={rename}><EditIcon />{lobbyWords.account.rename}</button>
          {(app.account.user.value?.operator === true || isByPlace) && (
            <a class="menu-item" href={formatRoute({ screen: 'admin' })} onClick={close}><ShieldIcon />{lobbyWords.nav.admin}</a>
          )}
          <button type="button" class="menu-item" onClick={() => app.identity.signOut()}><LeaveIcon />{words.account.signOut}</button>
        </div>
      )}
      {renaming && <RenameDialog onClose={() => setRenaming(false)} />}
    </div>
  );
}

function Who({ name }: { name: string }): JSX.Element {
  const user = useApp().account.user.value;
  return (
    <p class="account-who">
      {words.account.signedInAs}
      <bdi>{name}</bdi>
      {user ? <span dir="auto">{user.email}</span> : <span>{lobbyWords.account.guest}</span>}
    </p>
  );
}
