/** What members did and what came of it, counted; what should never happen is kept apart. */
import { PageClosedError, type Message } from './page.ts';

/** Errors that a crowd at random runs into by itself (docs/people.md). */
const EXPECTED = new Set([
  ...['unknown-person', 'in-a-call', 'too-many-invitations', 'yourself', 'unknown-call', 'already-here', 'not-inside', 'person-away'],
  ...['unknown-room', 'room-full', 'too-many-requests', 'superseded', 'unknown-streamer', 'unknown-name', 'not-registered', 'left'],
]);
const MAX_FAULTS = 1_000;

export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #faults: string[] = [];

  add(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  /** @returns the answer, if it is no error */
  note(act: string, answer: Message): Message | undefined {
    if (answer['type'] !== 'error') {
      this.add(act);
      return answer;
    }
    const error = String(answer['error']);
    this.add(`${act}: ${error}`);
    if (!EXPECTED.has(error)) this.fault(`${act} was answered by ${error}: ${String(answer['message'])}`);
    return undefined;
  }

  /** An act that did not come to its end. */
  failed(act: string, error: unknown): void {
    if (error instanceof PageClosedError) this.add(`${act}: the page was closed meanwhile`);
    else this.fault(`${act}: ${error instanceof Error ? error.message : String(error)}`);
  }

  fault(what: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(what);
  }

  /** By what happened most. */
  get counts(): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([, one], [, other]) => other - one);
  }

  /** Equal ones once, with how often. */
  get faults(): readonly string[] {
    const times = new Map<string, number>();
    for (const fault of this.#faults) times.set(fault, (times.get(fault) ?? 0) + 1);
    return [...times].map(([fault, count]) => (count === 1 ? fault : `${count} × ${fault}`));
  }
}
