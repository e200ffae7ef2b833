/** All rooms and calls, as front has them now, and when it says that something has changed. */
import { useCallback } from 'preact/hooks';
import type { Failure } from '../connection/failure.ts';
import type { Room } from '../connection/room.ts';
import type { CallEntry } from '../connection/rooms.ts';
import { useApp } from '../shell/context.ts';
import { useAsked } from './use-asked.ts';

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
  const ask = useCallback(
    () => account.use(async (bearer) => ({ rooms: (await lobby.roomsApi.list({ search: '', order: 'newest', most: MOST_ROOMS, bearer })).rooms, calls: await lobby.roomsApi.calls(bearer) })),
    [account, lobby],
  );
  const onChange = useCallback(
    (again: () => void) => {
      const stop = [events.on('rooms', again), events.on('occupancy', again)];
      return () => {
        for (const end of stop) end();
      };
    },
    [events],
  );
  const { answer, ...asked } = useAsked(ask, EVERY_MS, onChange);
  return { rooms: answer?.rooms, calls: answer?.calls, ...asked };
}
