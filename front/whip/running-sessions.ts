/** Sessions of WHEP and WHIP as operators see them, from the answer to the end: as many as the endpoints bear, and no more. */
import type { Logger } from '../../shared/log/logger.ts';
import type { WatchSession, WatchSessions } from '../operator/sessions.ts';
import type { DialogMedia } from './dialog-media.ts';

interface Running {
  readonly session: WatchSession;
  readonly media: RunningMedia;
}

/** The call of a session. */
type RunningMedia = Pick<DialogMedia, 'callId' | 'onEnded' | 'end'>;

export interface RunningSessionsOptions {
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Logger;
}

export class RunningSessions implements WatchSessions {
  readonly #options: RunningSessionsOptions;
  /** By Call-ID. */
  readonly #running = new Map<string, Running>();

  constructor(options: RunningSessionsOptions) {
    this.#options = options;
  }

  /** Lists what was answered just now, until it ends. */
  add(media: RunningMedia, who: Pick<WatchSession, 'viewer' | 'streamer' | 'via'>): void {
    const { callId: id } = media;
    this.#running.set(id, { session: { id, ...who, sinceMs: this.#options.wallClock() }, media });
    media.onEnded(() => this.#running.delete(id));
  }

  list(): readonly WatchSession[] {
    return Array.from(this.#running.values(), ({ session }) => session);
  }

  /** Says BYE; the player or the encoder finds the session's address gone. @returns whether there was such a one */
  end(id: string): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    const { media, session: { viewer, streamer, via } } = running;
    this.#options.log.info({ callId: id, viewer, streamer, via }, 'an operator has ended it');
    void media.end();
    return true;
  }
}
