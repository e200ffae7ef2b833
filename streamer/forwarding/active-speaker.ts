/** Who speaks in a room: whoever has been the loudest for a while (RFC 6464 levels), and stays it until another is clearly louder. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';

/** Levels are in dB below the loudest; what is quieter than this is breath and noise. */
const SPEECH = 50;
const SILENCE = 127;
/** Weight of a packet of 20 ms: a cough is over before it counts. */
const SMOOTHING = 0.08;
/** Another must be louder by this. */
const LOUDER_DB = 8;
/** Pauses between words are no silence. */
const PAUSE_MS = 1_500;
/** Changes are told at most twice a second. */
const INTERVAL_MS = 500;
/** From whom nothing has come for so long, he is silent: muted, or sending nothing in silence. */
const QUIET_MS = 400;

interface Voice {
  level: number;
  heardMs: number;
  /** When he was last loud enough to be speaking. */
  spokeMs: number;
}

export class ActiveSpeaker {
  readonly #clock: Clock;
  readonly #onChange: (member: string | undefined) => void;
  readonly #voices = new Map<string, Voice>();
  #speaking: string | undefined;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, onChange: (member: string | undefined) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** @param level 0 to 127 dB below the loudest */
  note(member: string, level: number, now: number): void {
    let voice = this.#voices.get(member);
    if (!voice) this.#voices.set(member, (voice = { level: SILENCE, heardMs: now, spokeMs: -Infinity }));
    voice.level += SMOOTHING * (level - voice.level);
    voice.heardMs = now;
    if (voice.level <= SPEECH) voice.spokeMs = now;
    this.#cancel ??= this.#clock.setTimeout(() => this.#decide(), INTERVAL_MS);
  }

  /** He is muted, or gone. */
  forget(member: string): void {
    this.#voices.delete(member);
  }

  close(): void {
    this.#cancel?.();
    this.#voices.clear();
  }

  #decide(): void {
    this.#cancel = undefined;
    const now = this.#clock.now();
    const present = this.#speaking === undefined ? undefined : this.#voices.get(this.#speaking);
    let [loudest, level] = [this.#speaking, present ? this.#levelOf(present, now) : SILENCE];
    const beats = present && now - present.spokeMs <= PAUSE_MS ? LOUDER_DB : 0;
    level -= beats;
    if (!present || now - present.spokeMs > PAUSE_MS) [loudest, level] = [undefined, SPEECH];
    for (const [member, voice] of this.#voices) {
      const own = this.#levelOf(voice, now);
      if (member !== this.#speaking && own <= SPEECH && own < level) [loudest, level] = [member, own];
    }
    if (this.#voices.size > 0 || loudest !== undefined) this.#cancel = this.#clock.setTimeout(() => this.#decide(), INTERVAL_MS);
    if (loudest === this.#speaking) return;
    this.#speaking = loudest;
    this.#onChange(loudest);
  }

  #levelOf({ level, heardMs }: Voice, now: number): number {
    return now - heardMs > QUIET_MS ? SILENCE : level;
  }
}
