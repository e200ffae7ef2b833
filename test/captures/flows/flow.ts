/** One recorded flow: what is played on the stage, and the words that introduce it in the walkthrough. */
import type { Stage } from '../stage.ts';

export interface Flow {
  /** File name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly introduction: string;
  play(stage: Stage): Promise<void>;
}
