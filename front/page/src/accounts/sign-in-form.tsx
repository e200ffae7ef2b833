/** Signing in with an account. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useFirstField, useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { emailProblem } from './form-rules.ts';
import { fieldTexts } from './problem-text.ts';

export function AccountSignInForm(): JSX.Element {
  const { account, session } = useApp();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const check = (): Partial<Record<'email' | 'password', string>> =>
    fieldTexts({ email: emailProblem(email.trim()), password: password === '' ? 'missing' : undefined });
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    const user = await account.signIn(email.trim(), password);
    await session.enter(user.fullName);
  });
  useFirstField(form);
  const text = lobbyWords.signIn;
  return (
    <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="account">
      <Field name="email" label={text.email} type="email" autocomplete="username" value={email} onValue={setEmail} problem={problems.email} />
      <Field name="password" label={text.password} type="password" autocomplete="current-password" value={password} onValue={setPassword} problem={problems.password} />
      <FormProblem failure={failure} />
      <Submit busy={busy} label={words.signIn.button} busyLabel={words.signIn.busy} wide />
    </form>
  );
}
