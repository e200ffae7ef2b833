/** Ringing, and small sounds for who comes and goes, made by Web Audio. Where the browser lets nothing sound yet, there is silence. */

/** Frequency in Hz, when it begins and how long it lasts in seconds, loudness of 1. */
interface Tone {
  readonly hz: number;
  readonly at: number;
  readonly lasts: number;
  readonly loud: number;
}

const RING: readonly Tone[] = [0, 0.28, 0.56].flatMap((at, index) => [
  { hz: [523, 659, 784][index] ?? 523, at, lasts: 0.34, loud: 0.16 },
  { hz: ([523, 659, 784][index] ?? 523) * 2, at, lasts: 0.2, loud: 0.04 },
]);
const RING_EVERY_MS = 2_000;
/** What a caller hears: the tone of a telephone line, quieter than a ring. */
const RINGBACK: readonly Tone[] = [{ hz: 425, at: 0, lasts: 1, loud: 0.05 }];
const RINGBACK_EVERY_MS = 3_500;
const CAME: readonly Tone[] = [{ hz: 587, at: 0, lasts: 0.12, loud: 0.07 }, { hz: 880, at: 0.1, lasts: 0.2, loud: 0.07 }];
const WENT: readonly Tone[] = [{ hz: 587, at: 0, lasts: 0.12, loud: 0.05 }, { hz: 392, at: 0.1, lasts: 0.22, loud: 0.05 }];

const FADE_SECONDS = 0.03;

export class Sounds {
  #context: AudioContext | undefined;
  #stopRepeating: () => void = () => undefined;
  #repeating: 'ring' | 'ringback' | undefined;

  /** @param kind what is repeated from now on; undefined for nothing */
  repeat(kind: 'ring' | 'ringback' | undefined): void {
    if (kind === this.#repeating) return;
    this.#repeating = kind;
    this.#stopRepeating();
    this.#stopRepeating = () => undefined;
    if (kind === undefined) return;
    const [tones, everyMs] = kind === 'ring' ? [RING, RING_EVERY_MS] : [RINGBACK, RINGBACK_EVERY_MS];
    this.#play(tones);
    const timer = setInterval(() => this.#play(tones), everyMs);
    this.#stopRepeating = () => clearInterval(timer);
  }

  came(): void {
    this.#play(CAME);
  }

  went(): void {
    this.#play(WENT);
  }

  #play(tones: readonly Tone[]): void {
    try {
      this.#context ??= new AudioContext();
      const context = this.#context;
      if (context.state === 'suspended') void context.resume().catch(() => undefined);
      // Sounds of a page that was not touched yet would all come at once with the first click.
      if (context.state === 'running') for (const tone of tones) sound(context, tone);
    } catch {
      // No Web Audio, or no loudspeaker: whatever rings is seen as well.
    }
  }
}

function sound(context: AudioContext, { hz, at, lasts, loud }: Tone): void {
  const begin = context.currentTime + at;
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(loud, begin + FADE_SECONDS);
  gain.gain.setValueAtTime(loud, begin + lasts * 0.4);
  gain.gain.exponentialRampToValueAtTime(0.0001, begin + lasts);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + lasts);
}
