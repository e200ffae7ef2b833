/**
 * Names that are unique among all fronts. What this front has is written where all see it before it is given; while that place is away it is
 * given all the same, and written later: whoever turns out to have come second then loses the name.
 */
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { NameProof } from '../viewers/cookie.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { Viewers } from '../viewers/viewers.ts';
import type { Fronts } from './fronts.ts';
import { frontOf, ofFront, secretOf } from './name-token.ts';
import type { FrontEntry, NameEntry, SharedState } from './shared-state.ts';
import { within } from './within.ts';

/** How long a name waits for the shared state, ms; after that it is given without. */
const ANSWER_LIMIT_MS = 1_500;

/** Names that are written anew at a time when the shared state is back. */
const WRITTEN_AT_ONCE = 8;

/** Names that were freed while the shared state was away; more than these are free when this front ends. */
const MAX_UNRELEASED = 10_000;

export interface SharedNamesOptions {
  readonly state: SharedState;
  readonly fronts: Fronts;
  readonly viewers: Pick<Viewers, 'find' | 'adopt' | 'evict' | 'moved' | typeof Symbol.iterator>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class SharedNames {
  readonly #options: SharedNamesOptions;
  /** Secrets by name, of names that are free here, and not yet where all see it. */
  readonly #unreleased = new Map<string, string>();
  /** Takings-over under way, by name and secret. */
  readonly #taking = new Map<string, Promise<FrontEntry | undefined>>();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SharedNamesOptions) {
    this.#options = options;
  }

  /** Reserves a name that is free at this front among all fronts. @returns false when another front has given it */
  async claim(entry: NameEntry): Promise<boolean> {
    const { state, fronts, log } = this.#options;
    if (fronts.away) return true;
    try {
      return await this.#within(state.claim(entry, fronts.id, fronts.formerIds));
    } catch (err) {
      log.warn({ err, name: entry.name }, 'a name is given before the other fronts know of it');
      fronts.lost();
      return true;
    }
  }

  /** The name is nobody's any more. */
  release(name: string, token: string): void {
    const { state, fronts, log } = this.#options;
    const secret = secretOf(token);
    const later = (): void => {
      if (this.#unreleased.size < MAX_UNRELEASED) this.#unreleased.set(name, secret);
    };
    if (fronts.away) later();
    else {
      state.release(name, secret, fronts.id).catch((err: unknown) => {
        log.debug({ err, name }, 'that a name is free is told later');
        later();
        fronts.lost();
      });
    }
  }

  /**
   * Takes over the name that is proven, where the front that had it is gone.
   * @param address of the client
   * @returns the other front that has it now; undefined where it is here, or nobody's
   */
  async takeOver(proof: NameProof, address: string): Promise<FrontEntry | undefined> {
    const key = `${proof.name}\n${secretOf(proof.token)}`;
    const taking = this.#taking.get(key) ?? this.#takeOver(proof, address).finally(() => this.#taking.delete(key));
    this.#taking.set(key, taking);
    return taking;
  }

  /** Writes everything anew: the shared state was away, or others thought that this front was. */
  rewrite(): Promise<void> {
    return (this.#writing = this.#writing.then(() => this.#rewrite()));
  }

  async #takeOver({ name, token }: NameProof, address: string): Promise<FrontEntry | undefined> {
    const { state, fronts, viewers, log } = this.#options;
    const secret = secretOf(token);
    const adopt = (): Viewer => viewers.adopt(name, ofFront(fronts.id, secret), address);
    // Whose the name is by now cannot be asked; whoever has it here was given it later, or came first.
    const adoptUnasked = (): void => {
      if (!viewers.find(name)) adopt();
    };
    if (fronts.away) {
      adoptUnasked();
      return undefined;
    }
    try {
      const taken = await this.#within(state.takeOver(name, secret, fronts.id));
      if (taken.at === 'nowhere') return undefined;
      if (taken.at === 'front') return fronts.isThis(taken.front) ? undefined : (fronts.find(taken.front) ?? (await fronts.look(taken.front)));
      adopt().account = taken.account;
      log.info({ viewer: name, from: frontOf(token) }, 'a name is taken over from a front that is gone');
    } catch (err) {
      log.warn({ err, name }, 'a name is taken over before the other fronts know of it');
      fronts.lost();
      adoptUnasked();
    }
    return undefined;
  }

  async #rewrite(): Promise<void> {
    const { state, fronts, viewers } = this.#options;
    const waiting: (() => Promise<void>)[] = [];
    for (const [name, secret] of this.#unreleased) {
      waiting.push(async () => {
        await state.release(name, secret, fronts.id);
        this.#unreleased.delete(name);
      });
    }
    for (const viewer of viewers) waiting.push(() => this.#claimAgain(viewer));
    const work = async (): Promise<void> => {
      for (let write = waiting.shift(); write; write = waiting.shift()) await write();
    };
    await Promise.all(Array.from({ length: WRITTEN_AT_ONCE }, work)).catch((err: unknown) => {
      this.#options.log.debug({ err }, 'names are written when the database is back');
      fronts.lost();
    });
  }

  async #claimAgain(viewer: Viewer): Promise<void> {
    const { state, fronts, viewers, log } = this.#options;
    const secret = secretOf(viewer.token);
    if (viewers.find(viewer.name) !== viewer) return;
    if (await state.claim({ name: viewer.name, secret, account: viewer.account }, fronts.id, fronts.formerIds)) {
      viewers.moved(viewer, ofFront(fronts.id, secret));
    } else if (viewers.find(viewer.name) === viewer) {
      log.warn({ viewer: viewer.name }, 'a name is taken from who came later: another front had given it');
      viewers.evict(viewer);
    }
  }

  #within<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return within(ANSWER_LIMIT_MS, this.#options.clock, answer);
  }
}
