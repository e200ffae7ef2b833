/** What front has now, asked for again every few seconds, and whenever somebody says that it has changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { failureOf, type Failure } from '../connection/failure.ts';

export interface Asked<Answer> {
  /** The latest, also while front does not answer; undefined until it is known. */
  readonly answer: Answer | undefined;
  readonly failure: Failure | undefined;
  readonly again: () => void;
}

/**
 * @param ask the same for as long as the same is asked
 * @param onChange calls what it is given when the answer may have changed, until what it returns is called; the same likewise
 */
export function useAsked<Answer>(ask: () => Promise<Answer>, everyMs: number, onChange?: (again: () => void) => () => void): Asked<Answer> {
  const [known, setKnown] = useState<Omit<Asked<Answer>, 'again'>>({ answer: undefined, failure: undefined });
  const look = useRef<() => void>(() => undefined);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    let turn = 0;
    const once = async (): Promise<void> => {
      clearTimeout(timer);
      const own = (turn += 1);
      const next = await ask().then(
        (answer) => ({ answer, failure: undefined }),
        (error: unknown) => ({ failure: failureOf(error) }),
      );
      if (gone || own !== turn) return;
      setKnown((before) => ({ ...before, ...next }));
      timer = window.setTimeout(() => void once(), everyMs);
    };
    look.current = () => void once();
    const stop = onChange?.(() => look.current());
    void once();
    return () => {
      gone = true;
      clearTimeout(timer);
      stop?.();
    };
  }, [ask, everyMs, onChange]);
  return { ...known, again: () => look.current() };
}
