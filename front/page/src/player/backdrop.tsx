/** What stands behind the stage's notice while there is no picture: the streamer's own, out of focus. */
import type { JSX } from 'preact';
import type { Streamer } from '../connection/streamer.ts';
import { Picture } from '../wall/picture.tsx';
import { useLate } from './late.ts';
import type { Phase } from './watch-state.ts';

/** A quick connection has its picture before that, and would have it 20 ms later if a whole stage were put out of focus first. */
const WAIT_MS = 150;

export function Backdrop({ streamer, phase }: { streamer: Streamer; phase: Phase['kind'] }): JSX.Element | null {
  const late = useLate(WAIT_MS);
  // The picture covers all of it.
  if (!late || phase === 'playing') return null;
  return <div class="stage-backdrop" aria-hidden="true"><Picture streamer={streamer} eager /></div>;
}
