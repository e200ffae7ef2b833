/** Looks again and again whether media comes by a connection, and keeps figures of it. */
import type { Timing } from '../connection/timing.ts';
import { figuresOf, type Figures } from './figures.ts';
import { MediaFlow } from './flow.ts';
import type { Sample } from './sample.ts';

/** How often it is looked whether anything comes. */
export const LOOK_MS = 150;
/** How often figures are made. */
const FIGURES_MS = 1_000;

export interface FlowListeners {
  /** Once a second. */
  readonly onFigures: (figures: Figures) => void;
  /** At each look at which something had come. @param at ms of the page's clock */
  readonly onFlows: (at: number) => void;
  /** At each look at which nothing has come for too long. */
  readonly onStalled: () => void;
}

/** @returns ends it */
export function followFlow(peer: { sample(): Promise<Sample> }, timing: Pick<Timing, 'after'>, { onFigures, onFlows, onStalled }: FlowListeners): () => void {
  const flow = new MediaFlow();
  let earlier: Sample | undefined;
  let cancel: () => void = () => undefined;
  let over = false;
  const look = async (): Promise<void> => {
    const sample = await peer.sample();
    if (over) return;
    if (!earlier || sample.at - earlier.at >= 0.9 * FIGURES_MS) {
      onFigures(figuresOf(earlier, sample));
      earlier = sample;
    }
    const flowing = flow.judge(sample);
    if (flowing === 'flows') onFlows(sample.at);
    else if (flowing === 'stalled') onStalled();
    schedule();
  };
  const schedule = (): void => {
    if (!over) cancel = timing.after(LOOK_MS, () => void look());
  };
  schedule();
  return () => {
    over = true;
    cancel();
  };
}
