/** The first screen: a name, and on. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Logo } from '../icons/logo.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { ThemeToggle } from '../theme/toggle.tsx';
import { Ladder } from './ladder.tsx';
import { problemText } from './problem-text.ts';
import type { SessionState } from './session.ts';
import './sign-in.css';

export function SignIn(): JSX.Element {
  const state = useApp().session.state.value;
  return (
    <main class="entrance" id="content">
      <div class="entrance-art" aria-hidden="true"><Ladder /></div>
      <div class="entrance-corner"><ThemeToggle /></div>
      <div class="entrance-panel">
        <div class="entrance-brand">
          <Logo />
          <span>{words.product}</span>
        </div>
        <h1>{words.signIn.title}</h1>
        {state.kind === 'entering' && state.remembered ? <Returning state={state} /> : <Form state={state} />}
      </div>
    </main>
  );
}

/** Signing in with the name of last time. */
function Returning({ state }: { state: SessionState & { kind: 'entering' } }): JSX.Element {
  const { session } = useApp();
  const away = state.failures > 0;
  return (
    <div class="returning" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>{away ? words.signIn.away : words.signIn.welcomeBack(state.name)}</p>
      {away && <button type="button" class="text-button" onClick={() => session.signOut()}>{words.signIn.otherName}</button>}
    </div>
  );
}

function Form({ state }: { state: SessionState }): JSX.Element {
  const { session } = useApp();
  const [typed, setTyped] = useState(state.name);
  const input = useRef<HTMLInputElement>(null);
  const problem = state.kind === 'out' ? state.problem : undefined;
  const busy = state.kind === 'entering';
  useEffect(() => {
    input.current?.focus();
    if (problem) input.current?.select();
  }, [problem]);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!busy) void session.signIn(typed);
  };
  return (
    <form class="entrance-form" onSubmit={onSubmit} noValidate>
      <p class="lead">{words.signIn.lead}</p>
      <label for="name">{words.signIn.label}</label>
      <input
        ref={input}
        id="name"
        name="name"
        type="text"
        value={typed}
        placeholder={words.signIn.placeholder}
        autocomplete="nickname"
        autocapitalize="words"
        spellcheck={false}
        enterkeyhint="go"
        aria-invalid={problem !== undefined}
        aria-describedby="name-note"
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <p id="name-note" class={problem ? 'note note-problem' : 'note'} role={problem ? 'alert' : undefined}>
        {problem ? problemText(problem, state.name) : words.signIn.hint}
      </p>
      <button type="submit" class="button button-primary button-wide" aria-disabled={busy}>
        {busy ? <><span class="spinner" aria-hidden="true" />{words.signIn.busy}</> : words.signIn.button}
      </button>
    </form>
  );
}
