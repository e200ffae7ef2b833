/** The names of the account. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { User } from '../connection/accounts.ts';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { personNameProblem } from './form-rules.ts';
import { fieldTexts } from './problem-text.ts';

export function NamesForm({ user }: { user: User }): JSX.Element {
  const { account, notices } = useApp();
  const [firstName, setFirstName] = useState(user.firstName);
  const [lastName, setLastName] = useState(user.lastName);
  const check = (): Partial<Record<'firstName' | 'lastName', string>> =>
    fieldTexts({ firstName: personNameProblem(firstName.trim()), lastName: personNameProblem(lastName.trim()) });
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    await account.change({ firstName: firstName.trim(), lastName: lastName.trim() });
    notices.show({ text: lobbyWords.account.namesSaved, tone: 'good' });
  });
  const text = lobbyWords.signIn;
  return (
    <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="names">
      <div class="form-row">
        <Field name="first-name" label={text.firstName} autocomplete="given-name" capitalize="words" value={firstName} onValue={setFirstName} problem={problems.firstName} />
        <Field name="last-name" label={text.lastName} autocomplete="family-name" capitalize="words" value={lastName} onValue={setLastName} problem={problems.lastName} />
      </div>
      <FormProblem failure={failure} />
      <div><Submit busy={busy} label={lobbyWords.form.save} busyLabel={lobbyWords.form.saving} /></div>
    </form>
  );
}
