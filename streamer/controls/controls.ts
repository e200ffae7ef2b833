/** One viewer's remote control: his commands carried out, and he told how things stand. Whatever he sends costs little, and stops nobody. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { readCommand, type Command, type News } from './messages.ts';
import type { TextChannel } from './text-channel.ts';

/** A playback of his own. */
export interface PlaybackControl {
  readonly state: { readonly seconds: number; readonly duration: number; readonly paused: boolean };
  play(): void;
  pause(): void;
  /** @param seconds from the beginning; any number */
  seek(seconds: number): void;
  onChange(listener: () => void): void;
}

/** A choice of qualities. */
export interface RenditionControl {
  readonly state: { readonly name: string; readonly pinned: boolean; readonly available: readonly string[] };
  /** @param name undefined to follow what the viewer's way carries; what is not available is ignored */
  pin(name: string | undefined): void;
  onChange(listener: () => void): void;
}

export interface ControlsOptions {
  readonly channel: TextChannel;
  readonly clock: Clock;
  readonly playback?: PlaybackControl | undefined;
  readonly renditions?: RenditionControl | undefined;
}

const POSITION_INTERVAL_MS = 1_000;
/** Who drags a seek bar sends many commands in a row. */
const COMMANDS_PER_SECOND = 20;
const BURST_COMMANDS = 40;
const MILLISECONDS = 1_000;

export class Controls {
  readonly #options: ControlsOptions;
  #allowed = BURST_COMMANDS;
  #allowedAt: number;
  #warned = false;
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#allowedAt = options.clock.now();
    const { channel, playback, renditions } = options;
    playback?.onChange(() => this.#tellPosition());
    renditions?.onChange(() => this.#tellRendition());
    channel.onMessage((text) => this.#hear(text));
    channel.onOpen(() => {
      this.#tellPosition();
      this.#tellRendition();
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #hear(text: string | undefined): void {
    if (this.#closed || !this.#isAllowed()) return;
    const command = text === undefined ? 'A message is a text, and no long one.' : readCommand(text);
    if (typeof command === 'string') {
      this.#tell({ type: 'error', message: command });
      return;
    }
    if (command.type === 'rendition') this.#choose(command.name);
    else this.#operate(command);
  }

  #operate(command: Exclude<Command, { type: 'rendition' }>): void {
    const { playback } = this.#options;
    if (!playback) this.#cannot('This is live: everybody sees the same moment.');
    else if (command.type === 'seek') playback.seek(command.seconds);
    else playback[command.type]();
  }

  #choose(name: string | null): void {
    const { renditions } = this.#options;
    if (!renditions) this.#cannot('There is one quality only.');
    else if (name !== null && !renditions.state.available.includes(name)) this.#cannot('There is no such quality.');
    else {
      renditions.pin(name ?? undefined);
      this.#tellRendition();
    }
  }

  /** A flood is answered once. */
  #isAllowed(): boolean {
    const now = this.#options.clock.now();
    this.#allowed = Math.min(BURST_COMMANDS, this.#allowed + ((now - this.#allowedAt) / MILLISECONDS) * COMMANDS_PER_SECOND);
    this.#allowedAt = now;
    if (this.#allowed >= 1) {
      this.#allowed--;
      this.#warned = false;
      return true;
    }
    if (!this.#warned) this.#cannot('Too many messages: some are ignored.');
    this.#warned = true;
    return false;
  }

  #cannot(message: string): void {
    this.#tell({ type: 'error', message });
  }

  /** Nothing is repeated while it stands still, so that a paused viewer costs nothing. */
  #tellPosition(): void {
    const { playback, clock } = this.#options;
    this.#cancel?.();
    this.#cancel = undefined;
    if (!playback || this.#closed) return;
    const { seconds, duration, paused } = playback.state;
    this.#tell({ type: 'position', seconds: rounded(seconds), duration: rounded(duration), paused });
    if (!paused) this.#cancel = clock.setTimeout(() => this.#tellPosition(), POSITION_INTERVAL_MS);
  }

  #tellRendition(): void {
    const { renditions } = this.#options;
    if (!renditions) return;
    const { name, pinned, available } = renditions.state;
    this.#tell({ type: 'rendition', name, pinned, available });
  }

  #tell(news: News): void {
    if (!this.#closed) this.#options.channel.send(JSON.stringify(news));
  }
}

/** To milliseconds. */
function rounded(seconds: number): number {
  return Math.round(seconds * MILLISECONDS) / MILLISECONDS;
}
