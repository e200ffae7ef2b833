/** What runs, as front has it now; asked for again every few seconds. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { failureOf, type Failure } from '../connection/failure.ts';
import type { Running } from '../connection/operator.ts';
import { useApp } from '../shell/context.ts';

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
  const [known, setKnown] = useState<Omit<RunningNow, 'again'>>({ running: undefined, failure: undefined });
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    let turn = 0;
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      const own = (turn += 1);
      const next = await askAs((bearer) => lobby.operatorApi.running(bearer)).then(
        (running) => ({ running, failure: undefined }),
        (error: unknown) => ({ failure: failureOf(error) }),
      );
      if (gone || own !== turn) return;
      // What was known stays in sight while front does not answer.
      setKnown((before) => ({ ...before, ...next }));
      timer = window.setTimeout(() => void look(), EVERY_MS);
    };
    ask.current = () => void look();
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [askAs, lobby]);
  return { ...known, again: () => ask.current() };
}
