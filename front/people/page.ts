/** A page of a person as calls and rooms see it: somebody to tell things to, until its connection ends. */
import type { Viewer } from '../viewers/viewer.ts';

export interface Page {
  readonly viewer: Viewer;
  /** Sends one message; dropped when the page no longer listens. */
  tell(message: object): void;
}
