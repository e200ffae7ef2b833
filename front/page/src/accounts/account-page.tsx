/** Who one is: the name that others see, the account behind it, and the way out. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { failureOf } from '../connection/failure.ts';
import { LeaveIcon } from '../icons/icons.tsx';
import { EditIcon, ShieldIcon } from '../icons/lobby-icons.tsx';
import { Avatar } from '../people/avatar.tsx';
import { formatRoute } from '../routing/route.ts';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { failureLine } from '../strings/failures.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { NamesForm } from './names-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import './account-page.css';

const text = lobbyWords.account;

export function AccountPage(): JSX.Element {
  const app = useApp();
  const user = app.account.user.value;
  const everywhere = async (): Promise<void> => {
    try {
      await app.identity.signOutEverywhere();
    } catch (error) {
      app.notices.show({ text: failureLine(failureOf(error)), tone: 'bad' });
    }
  };
  return (
    <main class="account-page" id="content" tabIndex={-1}>
      <Banner />
      <div class="account-column">
        <h1 class="visually-hidden">{text.title}</h1>
        <Identity />
        {user && <Section title={text.names} lead={text.namesLead}><NamesForm key={user.id} user={user} /></Section>}
        {user && <Section title={text.password} lead={text.passwordLead}><PasswordForm email={user.email} /></Section>}
        {!user && app.settings.value.accounts && !app.account.remembered && <GetAccount />}
        <Section title={text.signOutTitle} lead={user ? text.signOutLead : undefined}>
          <div class="sign-outs">
            <button type="button" class="button" data-sign-out="here" onClick={() => app.identity.signOut()}><LeaveIcon />{text.signOut}</button>
            {user && <button type="button" class="button" data-sign-out="everywhere" onClick={() => void everywhere()}>{text.everywhere}</button>}
          </div>
        </Section>
      </div>
    </main>
  );
}

function Identity(): JSX.Element {
  const app = useApp();
  const [renaming, setRenaming] = useState(false);
  const { name } = app.session.state.value;
  const user = app.account.user.value;
  return (
    <section class="identity">
      <Avatar name={name} size="large" />
      <div class="identity-text">
        <p>{text.shownAs}</p>
        <p class="identity-name"><bdi>{name}</bdi></p>
        <p class="identity-account">
          {user ? <span dir="auto">{user.email}</span> : text.guest}
          {user?.operator === true && <span class="identity-role">{text.operator}</span>}
        </p>
      </div>
      <div class="identity-actions">
        <button type="button" class="button" data-rename onClick={() => setRenaming(true)}><EditIcon />{text.rename}</button>
        {user?.operator === true && <a class="button" href={formatRoute({ screen: 'admin' })}><ShieldIcon />{lobbyWords.nav.admin}</a>}
      </div>
      {renaming && <RenameDialog onClose={() => setRenaming(false)} />}
    </section>
  );
}

function GetAccount(): JSX.Element {
  const next = formatRoute({ screen: 'account' });
  return (
    <Section title={text.guestTitle} lead={text.guestLead}>
      <a class="button button-primary" href={formatRoute({ screen: 'sign-in', next })}>{text.getAccount}</a>
    </Section>
  );
}

function Section({ title, lead, children }: { title: string; lead?: string | undefined; children: ComponentChildren }): JSX.Element {
  const id = useId();
  return (
    <section class="account-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
