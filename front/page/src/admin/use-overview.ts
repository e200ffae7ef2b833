/** All rooms and calls, as front has them now; asked for again every few seconds, and when front says that something has changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { failureOf, type Failure } from '../connection/failure.ts';
import type { Room } from '../connection/room.ts';
import type { CallEntry } from '../connection/rooms.ts';
import { useApp } from '../shell/context.ts';

const EVERY_MS = 5_000;
/** Who runs more rooms than this does so by programs. */
const MOST_ROOMS = 1_000;

export interface Overview {
  /** Undefined until they are known. */
  readonly rooms: readonly Room[] | undefined;
  readonly calls: readonly CallEntry[] | undefined;
  readonly failure: Failure | undefined;
  readonly again: () => void;
}

export function useOverview(): Overview {
  const { account, events, lobby } = useApp();
  const [known, setKnown] = useState<Omit<Overview, 'again'>>({ rooms: undefined, calls: undefined, failure: undefined });
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    let gone = false;
    let timer = 0;
    let turn = 0;
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      const own = (turn += 1);
      const next = await account
        .use(async (bearer) => ({ rooms: (await lobby.roomsApi.list({ search: '', order: 'newest', most: MOST_ROOMS, bearer })).rooms, calls: await lobby.roomsApi.calls(bearer), failure: undefined }))
        .catch((error: unknown) => ({ failure: failureOf(error) }));
      if (gone || own !== turn) return;
      // What was known stays in sight while front does not answer.
      setKnown((before) => ({ ...before, ...next }));
      timer = window.setTimeout(() => void look(), EVERY_MS);
    };
    ask.current = () => void look();
    const stop = [events.on('rooms', ask.current), events.on('occupancy', ask.current)];
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
      for (const end of stop) end();
    };
  }, [account, events, lobby]);
  return { ...known, again: () => ask.current() };
}
