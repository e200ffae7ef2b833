/**
 * The remote control of one connection: how the streamer's playback stands, and commands to it. What the viewer does shows at
 * once; the streamer's next word corrects it.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { readNews, type Position, type RemoteCommand, type RenditionState } from './messages.ts';

/** The part of RTCDataChannel that is used here. */
export interface ChannelLike {
  readonly readyState: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  send(text: string): void;
}

/** The position as it was known at a moment; while it plays, it goes on with the clock. */
export interface Mark extends Position {
  /** Milliseconds on the page's clock. */
  readonly at: number;
}

/** Whoever was cut off nearer than this to the beginning need not be brought back there. */
const WORTH_RETURNING_SECONDS = 3;
/** The streamer's word on its position may be as old as this, or come from before our command. */
const SETTLING_MS = 300;

export class Remote {
  readonly #channel: ChannelLike;
  readonly #now: () => number;
  readonly #mark = signal<Mark | undefined>(undefined);
  readonly #rendition = signal<RenditionState | undefined>(undefined);
  #resume: Position | undefined;
  #jumpedAt = -Infinity;
  #endedAt = Infinity;

  /**
   * @param now milliseconds of the page's clock
   * @param resume where the film stood when an earlier connection was lost
   */
  constructor(channel: ChannelLike, now: () => number, resume?: Position) {
    this.#channel = channel;
    this.#now = now;
    this.#resume = resume && resume.seconds >= WORTH_RETURNING_SECONDS ? resume : undefined;
    channel.onmessage = ({ data }: { data: unknown }) => this.#hear(data);
  }

  /** Undefined until the streamer has told it, and where there is no playback of the viewer's own. */
  get mark(): ReadonlySignal<Mark | undefined> {
    return this.#mark;
  }

  get rendition(): ReadonlySignal<RenditionState | undefined> {
    return this.#rendition;
  }

  get paused(): boolean {
    return this.#mark.peek()?.paused === true;
  }

  /** Where the film stands. @param at milliseconds on the page's clock; this moment unless given */
  position(at = this.#now()): Position | undefined {
    const mark = this.#mark.peek();
    return mark && positionAt(mark, Math.min(at, this.#endedAt));
  }

  /** To be called when the connection is gone: the film does not go on without us. */
  end(): void {
    this.#endedAt = Math.min(this.#endedAt, this.#now());
  }

  togglePause(): void {
    const position = this.position();
    if (!position) return;
    const over = position.paused && position.seconds >= position.duration;
    this.#send({ type: position.paused ? 'play' : 'pause' });
    this.#note({ ...position, seconds: over ? 0 : position.seconds, paused: !position.paused });
  }

  /** @param seconds from the beginning; what lies beyond the film is its beginning or end */
  seek(seconds: number): void {
    const position = this.position();
    if (!position) return;
    const bounded = Math.min(Math.max(0, seconds), position.duration);
    this.#send({ type: 'seek', seconds: bounded });
    this.#jumpedAt = this.#now();
    this.#note({ ...position, seconds: bounded });
  }

  /** @param by seconds, negative to go back */
  skip(by: number): void {
    const position = this.position();
    if (position) this.seek(position.seconds + by);
  }

  /** @param name undefined for whatever the way carries best */
  pin(name: string | undefined): void {
    const rendition = this.#rendition.peek();
    if (!rendition) return;
    this.#send({ type: 'rendition', name: name ?? null });
    this.#rendition.value = { ...rendition, name: name ?? rendition.name, pinned: name !== undefined };
  }

  #hear(data: unknown): void {
    const news = readNews(data);
    if (news?.type === 'rendition') this.#rendition.value = news.rendition;
    if (news?.type !== 'position') return;
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume && resume.seconds < news.position.duration) {
      this.#note(news.position);
      this.seek(resume.seconds);
      if (resume.paused) this.togglePause();
      return;
    }
    // A regular word that was under way when the viewer jumped would throw the bar back for a moment.
    const before = this.position();
    if (before && this.#now() - this.#jumpedAt < SETTLING_MS && Math.abs(before.seconds - news.position.seconds) > 2 * WORTH_RETURNING_SECONDS) return;
    this.#note(news.position);
  }

  #note({ seconds, duration, paused }: Position): void {
    this.#mark.value = { seconds, duration, paused, at: this.#now() };
  }

  #send(command: RemoteCommand): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(command));
  }
}

/** @param now milliseconds on the clock of the mark */
export function positionAt({ seconds, duration, paused, at }: Mark, now: number): Position {
  return { seconds: paused ? seconds : Math.min(duration, seconds + Math.max(0, now - at) / 1000), duration, paused };
}
