/** Tells the operator how far an encoding is: a bar on a terminal, a line in the log now and then otherwise. */
import type { Progress } from './cache/cache.ts';

const BAR_CHARACTERS = 24;
const BAR_INTERVAL_MS = 200;
const LINE_INTERVAL_MS = 15_000;
const CLEAR_LINE = '\r\x1b[K';

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly title: string;
  /** Of the whole film, in seconds, if known. */
  readonly duration: number | undefined;
  readonly terminal: Terminal;
  /** Writes a line of the log. */
  readonly line: (text: string) => void;
  /** Monotonic, in ms. */
  readonly now: () => number;
}

/** `75` → `1 min 15 s` */
export function humanSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

export class ProgressReport {
  readonly #options: ProgressOptions;
  #lastAt = -Infinity;
  #shown = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  update({ seconds, elapsedMs }: Progress): void {
    const { terminal, line, now, title, duration } = this.#options;
    const interval = terminal.isTTY === true ? BAR_INTERVAL_MS : LINE_INTERVAL_MS;
    if (now() - this.#lastAt < interval) return;
    this.#lastAt = now();
    const part = duration === undefined || duration <= 0 ? undefined : Math.min(1, seconds / duration);
    const left = part === undefined || part === 0 || duration === undefined ? '' : `, ${humanSeconds(((duration - seconds) * elapsedMs) / 1000 / Math.max(seconds, 0.001))} left`;
    const told = part === undefined ? `${humanSeconds(seconds)} of it done` : `${Math.floor(part * 100)} %${left}`;
    if (terminal.isTTY !== true) {
      line(`${title}: encoding, ${told}`);
      return;
    }
    const full = Math.round((part ?? 0) * BAR_CHARACTERS);
    const bar = part === undefined ? '' : `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} `;
    terminal.write(`${CLEAR_LINE}${title}: encoding ${bar}${told}`);
    this.#shown = true;
  }

  /** Leaves a clean line. */
  end(): void {
    if (this.#shown) this.#options.terminal.write(CLEAR_LINE);
    this.#shown = false;
  }
}
