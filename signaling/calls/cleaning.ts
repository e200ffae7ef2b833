/**
 * Keeps the directory's sessions few and true: those that have ended leave after a while, and those that cannot be going on any more
 * are ended: unanswered, never acknowledged, not refreshed in time (RFC 4028 §10), too old, or with a streamer that has moved or a process that is gone.
 */

import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { sameAddress } from '../address.ts';
import type { Change, Directory } from '../directory/directory.ts';
import { isActive, isHost, isReplica } from '../directory/entries.ts';
import type { Binding, Session, Streamer } from '../directory/entries.ts';
import type { SessionRecorder } from './recorder.ts';

/** How often it is looked after ended sessions, ms. */
const SWEEP_MS = 1000;
/** How many of these until all the others are looked at too. */
const SWEEPS_PER_INSPECTION = 30;
/** An INVITE rings at most three minutes (Timer C), and its failure takes 64·T1 more; later no answer can come. */
const MAX_UNANSWERED_MS = 240_000;
/** A 2xx is repeated for 64·T1; then its ACK will not come. */
const MAX_UNACKNOWLEDGED_MS = 60_000;

export interface CleaningLimits {
  /** How long ended sessions are kept, ms. */
  readonly retentionMs: number;
  /** How many ended sessions are kept; the oldest go first. */
  readonly maxEnded: number;
  /** How long a session may last in which nobody says anything, ms. */
  readonly maxSessionMs: number;
}

export const DEFAULT_CLEANING_LIMITS: CleaningLimits = { retentionMs: 60_000, maxEnded: 1000, maxSessionMs: 12 * 3_600_000 };

export interface CleaningOptions {
  readonly directory: Directory;
  readonly recorder: SessionRecorder;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: CleaningLimits;
}

export class SessionCleaning {
  readonly #options: CleaningOptions;
  readonly #limits: CleaningLimits;
  /** When each ended session goes, oldest first. */
  readonly #ended = new Map<string, number>();
  /** Ids of the active sessions of each streamer. */
  readonly #watching = new Map<string, Set<string>>();
  readonly #leave: (() => void)[];
  #sweeps = 0;
  #cancel: Cancel | undefined;

  constructor(options: CleaningOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_CLEANING_LIMITS;
    const { directory } = options;
    for (const session of directory.sessions.values()) this.#sessionChanged({ before: undefined, after: session });
    this.#leave = [
      directory.sessions.onChange((change) => this.#sessionChanged(change)),
      directory.streamers.onChange(({ before, after }) => {
        if (after && !after.forgotten) this.#endSessionsElsewhere(before, after);
        else if (!after && isHost(before?.kind) && before) this.#endSessionsAt(before, []);
      }),
    ];
  }

  /** After a restart: INVITEs that were under way have lost their transactions, so that no answer can pass any more. */
  abandonUnanswered(): void {
    for (const session of this.#options.directory.sessions.values()) {
      if (session.state === 'offer-received') this.#options.recorder.abandon(session, 'connection-error');
    }
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sessionChanged({ before, after }: Change<Session>): void {
    const wasActive = before !== undefined && isActive(before);
    const isActiveNow = after !== undefined && isActive(after);
    if (wasActive && isActiveNow) {
      if (before.streamer !== after.streamer) {
        this.#unwatch(before);
        this.#watch(after);
      }
      return;
    }
    if (wasActive && !isActiveNow) this.#unwatch(before);
    if (!wasActive && isActiveNow) this.#watch(after);
    if (after && !isActiveNow && !this.#ended.has(after.id)) {
      this.#ended.set(after.id, this.#options.now() + this.#limits.retentionMs);
      this.#dropBeyondLimit();
    }
    if (!after || isActiveNow) this.#ended.delete((after ?? before)?.id ?? '');
    this.#schedule();
  }

  #watch({ streamer, id }: Session): void {
    const ids = this.#watching.get(streamer);
    if (ids) ids.add(id);
    else this.#watching.set(streamer, new Set([id]));
  }

  #unwatch({ streamer, id }: Session): void {
    const ids = this.#watching.get(streamer);
    ids?.delete(id);
    if (ids?.size === 0) this.#watching.delete(streamer);
  }

  /**
   * What registers from another address was started again: what ran at the old one is gone. So was a host that has another Call-ID, and
   * a replica that has: its address may be the same. Other replicas go on.
   */
  #endSessionsElsewhere(before: Streamer | undefined, after: Streamer): void {
    const goesOn = (binding: Binding): boolean => {
      if (isHost(after.kind)) return before?.bindings.some(({ callId }) => callId === binding.callId) === true;
      return !isReplica(binding) || before?.bindings.some(({ instance, callId }) => instance === binding.instance && callId !== binding.callId) !== true;
    };
    this.#endSessionsAt(after, after.bindings.filter(goesOn));
  }

  /** @param remaining what runs at these goes on */
  #endSessionsAt({ name }: Streamer, remaining: readonly Binding[]): void {
    for (const id of [...(this.#watching.get(name) ?? [])]) {
      const session = this.#options.directory.sessions.get(id);
      const address = session?.streamerAddress;
      if (session && address && !remaining.some((binding) => sameAddress(binding.address, address))) {
        this.#options.recorder.abandon(session, 'connection-finished');
      }
    }
  }

  #dropBeyondLimit(): void {
    if (this.#ended.size <= this.#limits.maxEnded) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }

  #drop(id: string): void {
    this.#ended.delete(id);
    this.#options.directory.sessions.deleteLazily(id);
  }

  #schedule(): void {
    const { clock, directory } = this.#options;
    if (this.#cancel || directory.sessions.size === 0) return;
    this.#cancel = clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#sweep();
      this.#schedule();
    }, SWEEP_MS);
  }

  #sweep(): void {
    const now = this.#options.now();
    for (const [id, goesAt] of this.#ended) {
      if (goesAt > now) break;
      this.#drop(id);
    }
    if (++this.#sweeps % SWEEPS_PER_INSPECTION === 0) this.#inspect(now);
  }

  #inspect(now: number): void {
    for (const session of this.#options.directory.sessions.values()) {
      if (!isActive(session)) continue;
      const age = now - session.changedAt;
      if (session.state === 'connection-established') {
        const limit = Math.min(this.#limits.maxSessionMs, (session.intervalSeconds ?? Infinity) * 1000);
        if (age > limit) this.#options.recorder.abandon(session, 'connection-finished');
      } else if (age > (session.state === 'offer-received' ? MAX_UNANSWERED_MS : MAX_UNACKNOWLEDGED_MS)) {
        this.#options.recorder.abandon(session, 'connection-error');
      }
    }
  }
}
