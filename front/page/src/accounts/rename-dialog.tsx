/** Going by another name. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useForm } from '../forms/use-form.ts';
import { useApp } from '../shell/context.ts';
import { Dialog } from '../shell/dialog.tsx';
import { nameProblem, tidyName } from '../sign-in/name-rules.ts';
import { problemText } from '../sign-in/problem-text.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';

export function RenameDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { session, notices } = useApp();
  const [typed, setTyped] = useState(session.name);
  /** The name that somebody else has. */
  const [taken, setTaken] = useState('');
  const check = (): Partial<Record<'name', string>> => {
    const name = tidyName(typed);
    const problem = nameProblem(name) ?? (name === taken ? 'taken' : undefined);
    return problem ? { name: problemText(problem, name) } : {};
  };
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    const problem = await session.rename(typed);
    if (problem === 'taken') {
      setTaken(tidyName(typed));
      return;
    }
    notices.show({ text: lobbyWords.account.renamed(session.name), tone: 'good' });
    onClose();
  });
  return (
    <Dialog title={lobbyWords.account.rename} onClose={onClose}>
      <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="rename">
        <Field first name="name" label={words.signIn.label} autocomplete="nickname" capitalize="words" value={typed} onValue={setTyped} problem={problems.name ?? (tidyName(typed) === taken && taken !== '' ? words.signIn.taken(taken) : undefined)} hint={lobbyWords.account.renameLead} />
        <FormProblem failure={failure} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{lobbyWords.form.cancel}</button>
          <Submit busy={busy} label={lobbyWords.form.save} busyLabel={lobbyWords.form.saving} />
        </div>
      </form>
    </Dialog>
  );
}
