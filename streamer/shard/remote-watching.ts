/** One viewer of a shard in another thread: what is heard of him is told to his call, and the call's wish to let go is passed on. */
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { ShardUnavailableError, type Watching } from './shard.ts';

/** Viewers are told this; more stands in the log. */
const CRASHED = 'the part of the streamer that served this viewer has crashed';

export class RemoteWatching implements Watching {
  /** What he is known by in statistics. */
  readonly name: string;
  /** Resolves with this when the offer is answered. */
  readonly answered: Promise<Watching>;
  readonly #askForRelease: () => void;
  readonly #connectedListeners: (() => void)[] = [];
  readonly #firstFrameListeners: (() => void)[] = [];
  readonly #closedListeners: ((reason: string) => void)[] = [];
  #answer = '';
  #connected = false;
  #shown = false;
  #endedBecause: string | undefined;
  #lost = false;
  #accept!: () => void;
  #reject!: (error: Error) => void;
  #released: Promise<ViewerStatistics | undefined> | undefined;
  #resolveReleased: (statistics: ViewerStatistics | undefined) => void = () => undefined;

  /** @param askForRelease tells the other thread that the viewer is not wanted any more */
  constructor(name: string, askForRelease: () => void) {
    this.name = name;
    this.#askForRelease = askForRelease;
    this.answered = new Promise((resolve, reject) => {
      this.#accept = () => resolve(this);
      this.#reject = reject;
    });
  }

  get answer(): string {
    return this.#answer;
  }

  onConnected(listener: () => void): void {
    if (this.#connected) listener();
    else this.#connectedListeners.push(listener);
  }

  onFirstFrame(listener: () => void): void {
    if (this.#shown) listener();
    else this.#firstFrameListeners.push(listener);
  }

  onClosed(listener: (reason: string) => void): void {
    if (this.#endedBecause !== undefined) listener(this.#endedBecause);
    else this.#closedListeners.push(listener);
  }

  close(): Promise<ViewerStatistics | undefined> {
    this.#released ??= new Promise((resolve) => {
      if (this.#lost) {
        resolve(undefined);
        return;
      }
      this.#resolveReleased = resolve;
      this.#askForRelease();
    });
    return this.#released;
  }

  /** The other thread has answered the offer. */
  answerWith(answer: string): void {
    this.#answer = answer;
    this.#accept();
  }

  refuse(error: Error): void {
    this.#reject(error);
  }

  /** Media flows. */
  connect(): void {
    this.#connected = true;
    for (const listener of this.#connectedListeners.splice(0)) listener();
  }

  /** What he is shown has begun to go out. */
  show(): void {
    this.#shown = true;
    for (const listener of this.#firstFrameListeners.splice(0)) listener();
  }

  /** His connection ended by itself. */
  end(reason: string): void {
    this.#endedBecause ??= reason;
    for (const listener of this.#closedListeners.splice(0)) listener(reason);
  }

  /** The other thread has let go of him. */
  release(statistics: ViewerStatistics | undefined): void {
    this.#resolveReleased(statistics);
  }

  /** The other thread is gone. */
  lose(): void {
    this.#lost = true;
    this.#reject(new ShardUnavailableError(CRASHED));
    this.end(CRASHED);
    this.release(undefined);
  }
}
