/** Coming in with a name alone. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { problemText } from './problem-text.ts';
import type { SessionState } from './session.ts';

export function GuestForm({ state }: { state: SessionState }): JSX.Element {
  const app = useApp();
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
    if (!busy) void app.identity.enterAsGuest(typed);
  };
  return (
    <form class="entrance-form" onSubmit={onSubmit} noValidate>
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
