/** For the page's unit tests: time that passes only when told, and streamers to choose from. */
import type { Streamer } from '../../../../front/page/src/connection/streamer.ts';
import type { Timing } from '../../../../front/page/src/connection/timing.ts';

/** The middle of every random range: backoff without jitter. */
export const middle = (): number => 0.5;

export class ManualTiming implements Timing {
  #now = 0;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** When each pending timer is due, in order. */
  get due(): number[] {
    return this.#timers.map(({ at }) => at).sort((a, b) => a - b);
  }

  /** Lets time pass; what is due runs in order, and what it promises runs before the next. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.action();
      await settled();
    }
    this.#now = end;
  }
}

/** Everything that was promised and needs no outside event has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export function streamer(name: string, more: Partial<Streamer> = {}): Streamer {
  return { name, address: '127.0.0.1:9997', title: name, description: '', image: '', viewers: 0, onDemand: false, renditions: [], ...more };
}
