/** One line of a form: a label, a text, and what is to be said of it. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { HiddenIcon, SeenIcon } from '../icons/lobby-icons.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import './field.css';

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password';
  readonly autocomplete: string;
  /** Said below it, until there is a problem. */
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly optional?: boolean;
  readonly placeholder?: string;
  /** Several lines. */
  readonly long?: boolean;
  /** A dialog begins here. */
  readonly first?: boolean;
  readonly capitalize?: 'words' | 'sentences' | 'none';
}

export function Field(props: FieldProps): JSX.Element {
  const { label, hint, problem, optional = false } = props;
  const id = useId();
  const note = problem ?? hint;
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="field-optional">{lobbyWords.roomForm.optional}</span>}
      </label>
      <Input {...props} id={id} noteId={note === undefined ? undefined : `${id}-note`} />
      {note !== undefined && <p id={`${id}-note`} class={problem === undefined ? 'field-note' : 'field-note field-problem'}>{note}</p>}
    </div>
  );
}

function Input(props: FieldProps & { readonly id: string; readonly noteId: string | undefined }): JSX.Element {
  const { id, noteId, name, value, onValue, type = 'text', autocomplete, problem, optional = false, placeholder, long = false, first = false, capitalize = 'none' } = props;
  const [seen, setSeen] = useState(false);
  const secret = type === 'password';
  const common = {
    id,
    name,
    value,
    autocomplete: autocomplete as 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': noteId,
    'aria-required': !optional,
    autofocus: first,
    ...(placeholder !== undefined && { placeholder }),
  };
  if (long) return <textarea {...common} rows={3} dir="auto" onInput={({ currentTarget }) => onValue(currentTarget.value)} />;
  // JSX tells kinds apart by their attributes; those that are used here take the same.
  const kind = { type: secret && seen ? 'text' : type } as { type: 'text' };
  const input = (
    <input
      {...common}
      {...kind}
      dir={secret || type === 'email' ? undefined : 'auto'}
      spellcheck={false}
      autocapitalize={capitalize}
      onInput={({ currentTarget }) => onValue(currentTarget.value)}
    />
  );
  if (!secret) return input;
  return (
    <div class="field-secret">
      {input}
      <button type="button" class="icon-button" aria-pressed={seen} aria-label={seen ? lobbyWords.form.hidePassword : lobbyWords.form.showPassword} onClick={() => setSeen(!seen)}>
        {seen ? <HiddenIcon /> : <SeenIcon />}
      </button>
    </div>
  );
}
