/** One viewer of a shard in another thread: what is heard of him is told to his call, and the call's wish to let go is passed on. */
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { ShardUnavailableError, type Watching } from './shard.ts';

/** Viewers are told this; more stands in the log. */
const CRASHED = 'the part of the streamer that served this viewer has crashed';
const GONE = 'the viewer is let go already';

/** What goes to the other thread about him. */
export interface Wishes {
  /** He has his answer. */
  readonly delivered: () => void;
  /** He is not wanted any more. */
  readonly release: () => void;
  readonly renew: (offer: string) => void;
  readonly addCandidates: (candidates: readonly string[]) => void;
}

interface Renewal {
  readonly accept: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

export class RemoteWatching implements Watching {
  /** What he is known by in statistics. */
  readonly name: string;
  /** Resolves with this when the offer is answered. */
  readonly answered: Promise<Watching>;
  readonly #wishes: Wishes;
  readonly #connectedListeners: (() => void)[] = [];
  readonly #firstFrameListeners: (() => void)[] = [];
  readonly #closedListeners: ((reason: string, diagnosis: Diagnosis | undefined) => void)[] = [];
  #answer = '';
  /** In the order in which they were asked for, in which they are answered. */
  readonly #renewals: Renewal[] = [];
  #connected = false;
  #shown = false;
  #ended: { readonly reason: string; readonly diagnosis: Diagnosis | undefined } | undefined;
  #lost = false;
  #accept!: () => void;
  #reject!: (error: Error) => void;
  #released: Promise<ViewerStatistics | undefined> | undefined;
  #resolveReleased: (statistics: ViewerStatistics | undefined) => void = () => undefined;

  constructor(name: string, wishes: Wishes) {
    this.name = name;
    this.#wishes = wishes;
    this.answered = new Promise((resolve, reject) => {
      this.#accept = () => resolve(this);
      this.#reject = reject;
    });
  }

  get answer(): string {
    return this.#answer;
  }

  renew(offer: string): Promise<string> {
    if (this.#lost || this.#released) return Promise.reject(new ShardUnavailableError(GONE));
    return new Promise((accept, reject) => {
      this.#renewals.push({ accept, reject });
      this.#wishes.renew(offer);
    });
  }

  addCandidates(candidates: readonly string[]): void {
    this.#wishes.addCandidates(candidates);
  }

  onConnected(listener: () => void): void {
    if (this.#connected) listener();
    else this.#connectedListeners.push(listener);
  }

  delivered(): void {
    if (!this.#lost) this.#wishes.delivered();
  }

  onFirstFrame(listener: () => void): void {
    if (this.#shown) listener();
    else this.#firstFrameListeners.push(listener);
  }

  onClosed(listener: (reason: string, diagnosis: Diagnosis | undefined) => void): void {
    if (this.#ended) listener(this.#ended.reason, this.#ended.diagnosis);
    else this.#closedListeners.push(listener);
  }

  close(): Promise<ViewerStatistics | undefined> {
    this.#released ??= new Promise((resolve) => {
      if (this.#lost) {
        resolve(undefined);
        return;
      }
      this.#resolveReleased = resolve;
      this.#wishes.release();
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

  /** The other thread has answered another offer of his. */
  renewWith(answer: string): void {
    this.#answer = answer;
    this.#renewals.shift()?.accept(answer);
  }

  refuseRenewal(error: Error): void {
    this.#renewals.shift()?.reject(error);
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
  end(reason: string, diagnosis?: Diagnosis): void {
    this.#ended ??= { reason, diagnosis };
    for (const listener of this.#closedListeners.splice(0)) listener(reason, diagnosis);
  }

  /** The other thread has let go of him. */
  release(statistics: ViewerStatistics | undefined): void {
    for (const { reject } of this.#renewals.splice(0)) reject(new ShardUnavailableError(GONE));
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
