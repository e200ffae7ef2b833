/** Making an account. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useFirstField, useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { emailProblem, MIN_PASSWORD_LENGTH, passwordProblem, personNameProblem, repetitionProblem } from './form-rules.ts';
import { fieldTexts } from './problem-text.ts';

const EMPTY = { firstName: '', lastName: '', email: '', password: '', repetition: '' };
type FieldName = keyof typeof EMPTY;

export function CreateAccountForm(): JSX.Element {
  const { account, session } = useApp();
  const [fields, setFields] = useState(EMPTY);
  const set = (name: FieldName) => (value: string) => setFields((present) => ({ ...present, [name]: value }));
  const check = (): Partial<Record<FieldName, string>> => problemsOf(fields);
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    const { firstName, lastName, email, password } = fields;
    const user = await account.create({ firstName: firstName.trim(), lastName: lastName.trim(), email: email.trim(), password });
    await session.enter(user.fullName);
  });
  useFirstField(form);
  const text = lobbyWords.signIn;
  return (
    <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="create">
      <div class="form-row">
        <Field name="first-name" label={text.firstName} autocomplete="given-name" capitalize="words" value={fields.firstName} onValue={set('firstName')} problem={problems.firstName} />
        <Field name="last-name" label={text.lastName} autocomplete="family-name" capitalize="words" value={fields.lastName} onValue={set('lastName')} problem={problems.lastName} />
      </div>
      <Field name="email" label={text.email} type="email" autocomplete="username" value={fields.email} onValue={set('email')} problem={problems.email} hint={text.emailHint} />
      <Field name="password" label={text.password} type="password" autocomplete="new-password" value={fields.password} onValue={set('password')} problem={problems.password} hint={text.passwordHint(MIN_PASSWORD_LENGTH)} />
      <Field name="repetition" label={text.repetition} type="password" autocomplete="new-password" value={fields.repetition} onValue={set('repetition')} problem={problems.repetition} />
      <FormProblem failure={failure} />
      <Submit busy={busy} label={text.create} busyLabel={text.creating} wide />
    </form>
  );
}

function problemsOf({ firstName, lastName, email, password, repetition }: typeof EMPTY): Partial<Record<FieldName, string>> {
  return fieldTexts({
    firstName: personNameProblem(firstName.trim()),
    lastName: personNameProblem(lastName.trim()),
    email: emailProblem(email.trim()),
    password: passwordProblem(password),
    // One complaint at a time: a password that is none need not be repeated.
    repetition: passwordProblem(password) ? undefined : repetitionProblem(password, repetition),
  });
}
