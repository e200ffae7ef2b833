/** Many viewers of one server: let in a few at a time, counted together, taken out again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { MediaServer } from './servers/server.ts';
import type { Delays } from './viewer/arrivals.ts';
import { LoadViewer, type LoadViewerOptions } from './viewer/load-viewer.ts';

const POLL_MS = 20;
const MAX_ATTEMPTS = 3;

export interface Counted {
  readonly expected: number;
  readonly received: number;
  readonly bytes: number;
}

interface Member {
  readonly viewer: LoadViewer;
  readonly leave: () => Promise<void>;
}

export class Crowd {
  readonly #server: MediaServer;
  readonly #options: LoadViewerOptions;
  readonly #members: Member[] = [];

  constructor(server: MediaServer, options: LoadViewerOptions) {
    this.#server = server;
    this.#options = options;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Lets viewers in, `atOnce` at a time, until there are `total`; resolves when media may flow to all. The first one verifies. */
  async grow(total: number, atOnce: number): Promise<void> {
    let missing = total - this.size;
    await Promise.all(
      Array.from({ length: Math.min(atOnce, missing) }, async () => {
        while (missing-- > 0) this.#members.push(await this.#joinAtLast(this.size === 0));
      }),
    );
  }

  async empty(): Promise<void> {
    await Promise.all(
      this.#members.splice(0).map(async ({ viewer, leave }) => {
        await leave();
        viewer.close();
      }),
    );
  }

  reset(): void {
    for (const { viewer } of this.#members) viewer.arrivals.reset();
  }

  counted(): Counted {
    const sum = (pick: (viewer: LoadViewer) => number) => this.#members.reduce((total, { viewer }) => total + pick(viewer), 0);
    return { expected: sum(({ arrivals }) => arrivals.expected), received: sum(({ arrivals }) => arrivals.received), bytes: sum(({ arrivals }) => arrivals.bytes) };
  }

  /** Resolves when `done` holds; looks every few milliseconds. */
  async until(done: (counted: Counted) => boolean): Promise<void> {
    while (!done(this.counted())) await delay(POLL_MS);
  }

  /** From now on notes when packets come, for all viewers together. */
  noteDelays(delays: Delays): void {
    for (const { viewer } of this.#members) viewer.arrivals.delays = delays;
  }

  /** @throws Error when a packet was not encrypted as it should be, or none came */
  requireGenuine(): void {
    const verified = this.#members.map(({ viewer }) => viewer.verified);
    const [good, bad] = [verified.reduce((sum, each) => sum + each.good, 0), verified.reduce((sum, each) => sum + each.bad, 0)];
    if (good === 0 || bad > 0) throw new Error(`${this.#server.label}: ${good} packets could be decrypted, ${bad} could not`);
  }

  /** Datagrams get lost when the machine is too busy; but not time and again. */
  async #joinAtLast(verify: boolean): Promise<Member> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#join(verify);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) throw error;
        process.stderr.write(`!! ${error instanceof Error ? error.message : String(error)}: he tries again\n`);
      }
    }
  }

  async #join(verify: boolean): Promise<Member> {
    const viewer = await LoadViewer.open({ ...this.#options, verify });
    try {
      const leave = await this.#server.join(viewer);
      await viewer.connected;
      return { viewer, leave };
    } catch (cause) {
      viewer.close();
      throw new Error(`${this.#server.label} did not let viewer ${this.size} in (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
    }
  }
}
