/** What runs, as front has it now. */
import { useCallback } from 'preact/hooks';
import type { Failure } from '../connection/failure.ts';
import type { Running } from '../connection/operator.ts';
import { useApp } from '../shell/context.ts';
import { useAsked } from './use-asked.ts';

const EVERY_MS = 3_000;

/** Runs what an operator asks: with the token of his account, or with none where his place or the operators' password proves him. */
export type AskAs = <T>(action: (bearer: string | undefined) => Promise<T>) => Promise<T>;

export interface RunningNow {
  /** Undefined until it is known. */
  readonly running: Running | undefined;
  readonly failure: Failure | undefined;
  readonly again: () => void;
}

export function useRunning(askAs: AskAs): RunningNow {
  const { lobby } = useApp();
  const ask = useCallback(() => askAs((bearer) => lobby.operatorApi.running(bearer)), [askAs, lobby]);
  const { answer, ...asked } = useAsked(ask, EVERY_MS);
  return { running: answer, ...asked };
}
