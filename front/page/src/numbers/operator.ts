/** Whether this browser is an operator's: front says so of whoever sits at its machine, and the numbers were seen here before of the others. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { isRecord } from '../connection/fields.ts';
import { localStore } from '../storage/local.ts';

const remembered = localStore('operator');
const YES = 'yes';

const isOperator = signal(remembered.read() === YES);
let asked = false;

/** Asks front, once a page. */
export function operator(): ReadonlySignal<boolean> {
  if (!asked && !isOperator.peek()) void ask();
  asked = true;
  return isOperator;
}

/** The numbers were shown here. */
export function rememberOperator(): void {
  if (isOperator.peek()) return;
  isOperator.value = true;
  remembered.write(YES);
}

async function ask(): Promise<void> {
  try {
    const response = await fetch('/operator');
    const answer: unknown = response.ok ? await response.json() : undefined;
    if (isRecord(answer) && answer['operator'] === true) isOperator.value = true;
  } catch {
    // No link then; the numbers are a matter for others.
  }
}
