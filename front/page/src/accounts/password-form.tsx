/** Another password. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { failureOf } from '../connection/failure.ts';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { MIN_PASSWORD_LENGTH, passwordProblem, repetitionProblem } from './form-rules.ts';
import { fieldTexts } from './problem-text.ts';

const EMPTY = { password: '', newPassword: '', repetition: '' };
type FieldName = keyof typeof EMPTY;

/** @param email tells password stores whose password it is */
export function PasswordForm({ email }: { email: string }): JSX.Element {
  const { account, notices } = useApp();
  const [fields, setFields] = useState(EMPTY);
  /** A present password that was none. */
  const [wrong, setWrong] = useState('');
  const set = (name: FieldName) => (value: string) => setFields((present) => ({ ...present, [name]: value }));
  const check = (): Partial<Record<FieldName, string>> => problemsOf(fields);
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    try {
      await account.change({ password: fields.password, newPassword: fields.newPassword });
    } catch (error) {
      if (failureOf(error).id !== 'wrong-credentials') throw error;
      setWrong(fields.password);
      return;
    }
    setFields(EMPTY);
    notices.show({ text: lobbyWords.account.passwordChanged, tone: 'good' });
  });
  const text = lobbyWords.account;
  const isWrong = wrong !== '' && fields.password === wrong;
  return (
    <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="password">
      <input class="visually-hidden" type="email" autocomplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />
      <Field name="password" label={text.presentPassword} type="password" autocomplete="current-password" value={fields.password} onValue={set('password')} problem={problems.password ?? (isWrong ? text.wrongPassword : undefined)} />
      <div class="form-row">
        <Field name="new-password" label={text.newPassword} type="password" autocomplete="new-password" value={fields.newPassword} onValue={set('newPassword')} problem={problems.newPassword} hint={lobbyWords.signIn.passwordHint(MIN_PASSWORD_LENGTH)} />
        <Field name="repetition" label={lobbyWords.signIn.repetition} type="password" autocomplete="new-password" value={fields.repetition} onValue={set('repetition')} problem={problems.repetition} />
      </div>
      <FormProblem failure={failure} />
      <div><Submit busy={busy} label={text.changePassword} busyLabel={lobbyWords.form.saving} /></div>
    </form>
  );
}

function problemsOf({ password, newPassword, repetition }: typeof EMPTY): Partial<Record<FieldName, string>> {
  return fieldTexts({
    password: password === '' ? 'missing' : undefined,
    newPassword: passwordProblem(newPassword),
    repetition: passwordProblem(newPassword) ? undefined : repetitionProblem(newPassword, repetition),
  });
}
