/** Sends a form once at a time, and leads to the first field that is not as it should be. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { failureOf, type Failure } from '../connection/failure.ts';

export interface FormState<Field extends string> {
  readonly form: { readonly current: HTMLFormElement | null };
  readonly onSubmit: (event: Event) => void;
  /** It was sent, and no answer has come. */
  readonly busy: boolean;
  /** What is wrong with a field, said from the first attempt to send on. */
  readonly problems: Readonly<Partial<Record<Field, string>>>;
  /** Why it could not be sent. */
  readonly failure: Failure | undefined;
}

/**
 * @param check names what is wrong with the fields as they stand now
 * @param send throws a FailureError when it cannot be done
 */
export function useForm<Field extends string>(check: () => Partial<Record<Field, string>>, send: () => Promise<void>): FormState<Field> {
  const form = useRef<HTMLFormElement>(null);
  const mounted = useRef(true);
  const [attempts, setAttempts] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  useEffect(() => () => void (mounted.current = false), []);
  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);
  const submit = async (): Promise<void> => {
    setFailure(undefined);
    setAttempts(attempts + 1);
    if (Object.keys(check()).length > 0) return;
    setBusy(true);
    try {
      await send();
      if (mounted.current) setAttempts(0);
    } catch (error) {
      if (mounted.current) setFailure(failureOf(error));
    } finally {
      if (mounted.current) setBusy(false);
    }
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!busy) void submit();
  };
  const none: Partial<Record<Field, string>> = {};
  return { form, onSubmit, busy, problems: attempts > 0 ? check() : none, failure };
}

/** A form that is what the screen is for begins with the focus in its first field. */
export function useFirstField(form: FormState<never>['form']): void {
  useEffect(() => form.current?.querySelector<HTMLElement>('input')?.focus(), []);
}
