/** Above a form's buttons: why it could not be sent. */
import type { JSX } from 'preact';
import type { Failure } from '../connection/failure.ts';
import { AlertIcon } from '../icons/icons.tsx';
import { failureLine } from '../strings/failures.ts';
import './field.css';

export function FormProblem({ failure }: { failure: Failure | undefined }): JSX.Element {
  return <div role="alert">{failure && <p class="form-problem" data-failure={failure.id}><AlertIcon /><span>{failureLine(failure)}</span></p>}</div>;
}
