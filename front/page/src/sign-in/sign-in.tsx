/** The first screen: a name, or an account, and on. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CreateAccountForm } from '../accounts/create-form.tsx';
import { AccountSignInForm } from '../accounts/sign-in-form.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Logo } from '../icons/logo.tsx';
import { formatRoute, parseRoute, type Route } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { ThemeToggle } from '../theme/toggle.tsx';
import { GuestForm } from './guest-form.tsx';
import { Ladder } from './ladder.tsx';
import type { SessionState } from './session.ts';
import './sign-in.css';

export function SignIn(): JSX.Element {
  const state = useApp().session.state.value;
  return (
    <main class="entrance" id="content" tabIndex={-1}>
      <div class="entrance-art" aria-hidden="true"><Ladder /></div>
      <div class="entrance-corner"><ThemeToggle /></div>
      <div class="entrance-panel">
        <div class="entrance-brand">
          <Logo />
          <span>{words.product}</span>
        </div>
        {state.kind === 'entering' && state.remembered ? <Returning state={state} /> : <Ways state={state} />}
      </div>
    </main>
  );
}

/** Signing in with the name of last time. */
function Returning({ state }: { state: SessionState & { kind: 'entering' } }): JSX.Element {
  const app = useApp();
  const away = state.failures > 0;
  return (
    <>
      <h1>{words.signIn.title}</h1>
      <div class="returning" role="status">
        <span class="spinner" aria-hidden="true" />
        <p>{away ? words.signIn.away : words.signIn.welcomeBack(state.name)}</p>
        {away && <button type="button" class="text-button" onClick={() => app.identity.signOut()}>{words.signIn.otherName}</button>}
      </div>
    </>
  );
}

type Way = 'guest' | 'account' | 'create';

function Ways({ state }: { state: SessionState }): JSX.Element {
  const app = useApp();
  const { guests, accounts } = app.settings.value;
  const route = app.route.value;
  const inAsGuest = state.kind === 'in';
  // Whoever is a guest already has come for an account.
  const asGuest = guests && !inAsGuest;
  const [chosen, setWay] = useState<Way | undefined>(undefined);
  const way = !accounts ? 'guest' : wayOf(chosen ?? (route.screen === 'sign-in' ? 'account' : 'guest'), asGuest);
  const purpose = purposeOf(route);
  return (
    <>
      <h1>{headingOf(way, accounts)}</h1>
      <p class="lead">{purpose ?? leadOf(way, accounts)}</p>
      {accounts && asGuest && way !== 'create' && <Tabs way={way} onWay={setWay} />}
      {way === 'guest' && <GuestForm state={state} />}
      {way === 'account' && <AccountSignInForm />}
      {way === 'create' && <CreateAccountForm />}
      {way !== 'guest' && state.kind === 'out' && typeof state.problem === 'object' && <FormProblem failure={state.problem} />}
      {accounts && <Other way={way} onWay={setWay} />}
      {inAsGuest && <p class="entrance-other"><a class="text-button" href={nextOf(route)}>{lobbyWords.signIn.guestLink(state.name)}</a></p>}
      {state.kind === 'out' && <p class="entrance-other"><a class="text-button" href={formatRoute({ screen: 'rooms' })}>{lobbyWords.signIn.browse}</a></p>}
    </>
  );
}

function wayOf(chosen: Way, asGuest: boolean): Way {
  return chosen === 'guest' && !asGuest ? 'account' : chosen;
}

/** As a guest, or with an account. */
function Tabs({ way, onWay }: { way: Way; onWay: (way: Way) => void }): JSX.Element {
  return (
    <div class="segments" role="group" aria-label={lobbyWords.signIn.ways}>
      {(['guest', 'account'] as const).map((each) => (
        <button key={each} type="button" aria-pressed={way === each} data-way={each} onClick={() => onWay(each)}>{lobbyWords.signIn[each]}</button>
      ))}
    </div>
  );
}

/** From signing in to creating an account, and back. */
function Other({ way, onWay }: { way: Way; onWay: (way: Way) => void }): JSX.Element | null {
  if (way === 'guest') return null;
  const text = lobbyWords.signIn;
  const create = way === 'account';
  return (
    <p class="entrance-other">
      {create ? text.newHere : text.haveOne}
      <button type="button" class="text-button" data-way={create ? 'create' : 'account'} onClick={() => onWay(create ? 'create' : 'account')}>{create ? text.createLink : text.signInLink}</button>
    </p>
  );
}

function headingOf(way: Way, accounts: boolean): string {
  if (way === 'create') return lobbyWords.signIn.create;
  if (way === 'account') return words.signIn.button;
  return accounts ? lobbyWords.signIn.title : words.signIn.title;
}

function leadOf(way: Way, accounts: boolean): string {
  if (way === 'account') return lobbyWords.signIn.accountLead;
  if (way === 'create') return lobbyWords.signIn.createLead;
  return accounts ? lobbyWords.signIn.lead : words.signIn.lead;
}

/** Said to who was on the way to somewhere. */
function purposeOf(route: Route): string | undefined {
  const wanted = route.screen === 'sign-in' && route.next !== undefined ? parseRoute(route.next) : route;
  if (wanted.screen === 'room') return lobbyWords.signIn.toRoom;
  if (wanted.screen === 'rooms') return wanted.create ? lobbyWords.signIn.toCreate : undefined;
  return wanted.screen === 'wall' || wanted.screen === 'sign-in' ? undefined : lobbyWords.signIn.toNext;
}

function nextOf(route: Route): string {
  const next = route.screen === 'sign-in' ? route.next : undefined;
  // Who does not want an account is not led back to what needs one.
  return next === undefined || parseRoute(next).screen === 'account' ? formatRoute({ screen: 'wall' }) : next;
}
