/**
 * Who is here: names are reserved the moment they are asked for, and freed when the last page of a name has closed and
 * none returns, or when a program that never opened a WebSocket has been idle.
 */
import { ApiError } from '../api-error.ts';
import { stopping } from '../failures.ts';
import { Drain } from '../../shared/drain/drain.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import { secretOf } from '../cluster/name-token.ts';
import type { NameProof } from './cookie.ts';
import { Viewer } from './viewer.ts';
import type { PageSocket } from './viewer.ts';

/** Bytes of randomness in a reservation's token. */
const TOKEN_BYTES = 16;

export interface ViewersOptions {
  clock: Clock;
  random: RandomSource;
  /** Names reserved at a time, in all and by one address. */
  maxNames: number;
  maxNamesPerAddress: number;
  /** How long a name waits for a page to return after its last WebSocket closed, ms. */
  returnMs: number;
  /** How long a name without any WebSocket may go without a request, ms. */
  idleMs: number;
  /** Asked before an idle name is freed; true keeps it for another `idleMs`. */
  stillNeeded(viewer: Viewer): Promise<boolean>;
  /** Called once for each name that is freed. */
  onFreed(viewer: Viewer): void;
  /** Called after a viewer has got another name. */
  onRenamed?(viewer: Viewer, formerName: string): void;
  /** The token of a name that is reserved now, where the secret alone does not do. */
  tokenOf?: (secret: string) => string;
}

/** Says to a page that its name is another's (RFC 6455 §7.4.2: for private use). */
const CLOSE_NAME_LOST = 4001;

interface Reservation {
  readonly viewer: Viewer;
  /** A page was connected once: from then on its WebSocket, not its requests, says whether it is there. */
  hadPage: boolean;
  lastSeen: number;
  cancelTimer: Cancel;
}

export class Viewers {
  readonly #options: ViewersOptions;
  readonly #reservations = new Map<string, Reservation>();
  readonly #perAddress = new Map<string, number>();
  readonly #drain = new Drain(() => this.#reservations.size === 0);

  constructor(options: ViewersOptions) {
    this.#options = options;
  }

  /** Names reserved now. */
  get size(): number {
    return this.#reservations.size;
  }

  /** Whether nobody new is let in. */
  get draining(): boolean {
    return this.#drain.begun;
  }

  /** Lets nobody new in; resolves when the last has gone, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    return this.#drain.begin(signal);
  }

  /** The viewer who has `name` now. */
  find(name: string): Viewer | undefined {
    return this.#reservations.get(name)?.viewer;
  }

  /** Everybody who is here now. */
  *[Symbol.iterator](): Iterator<Viewer> {
    for (const { viewer } of this.#reservations.values()) yield viewer;
  }

  /**
   * Reserves `name` for whoever asks first; whoever proves it gets it again.
   * @returns undefined when somebody else has it.
   * @throws ApiError 429 or 503 when too many names are reserved, 503 when nobody new is let in.
   */
  register(name: string, address: string, proofs: readonly NameProof[]): Viewer | undefined {
    const held = this.#reservations.get(name);
    if (held !== undefined) {
      if (!proves(proofs, held.viewer)) return undefined;
      held.lastSeen = this.#options.clock.now();
      return held.viewer;
    }
    this.#admit(address);
    const { random, tokenOf } = this.#options;
    const secret = random.token(TOKEN_BYTES);
    return this.#reserve(new Viewer(name, tokenOf?.(secret) ?? secret, address));
  }

  /**
   * Takes in somebody who has his name from another front; whoever else has it here loses it.
   * @throws ApiError 503 when nobody new is let in
   */
  adopt(name: string, token: string, address: string): Viewer {
    const held = this.#reservations.get(name)?.viewer;
    if (held && secretOf(held.token) === secretOf(token)) return held;
    if (this.#drain.begun) throw stopping();
    if (held) this.evict(held);
    return this.#reserve(new Viewer(name, token, address));
  }

  /** The viewer's name is another's: his pages are closed. */
  evict(viewer: Viewer): void {
    for (const socket of viewer.sockets) socket.close(CLOSE_NAME_LOST, 'this name is another’s');
    this.free(viewer);
  }

  /** The same reservation bears another token from now on. */
  moved(viewer: Viewer, token: string): void {
    viewer.token = token;
  }

  /**
   * The viewer called `name`, when a proof among `proofs` says that the caller is he; counts as a sign of life.
   * @throws ApiError 401 otherwise.
   */
  authenticate(name: string, proofs: readonly NameProof[]): Viewer {
    const held = this.#reservations.get(name);
    if (held === undefined || !proves(proofs, held.viewer)) {
      throw new ApiError(401, 'not-registered', 'This name is not registered here by you: register first, and send the cookie that comes back.');
    }
    held.lastSeen = this.#options.clock.now();
    return held.viewer;
  }

  /** The viewer who is proven by the newest of `proofs` that still holds, or by one of them that he is called `name`; no sign of life. */
  provenBy(proofs: readonly NameProof[], name?: string): Viewer | undefined {
    const candidates = name === undefined ? proofs.map((proof) => proof.name).reverse() : [name];
    const viewers = candidates.map((candidate) => this.#reservations.get(candidate)?.viewer);
    return viewers.find((viewer) => viewer !== undefined && proves(proofs, viewer));
  }

  /** Gives `viewer` another name; his pages and whatever goes on stay his. @returns false when somebody else has it, or he has gone */
  rename(viewer: Viewer, name: string): boolean {
    const former = viewer.name;
    const held = this.#reservations.get(former);
    if (held?.viewer !== viewer) return false;
    if (name === former) return true;
    if (this.#reservations.has(name)) return false;
    this.#reservations.delete(former);
    this.#reservations.set(name, held);
    viewer.name = name;
    this.#options.onRenamed?.(viewer, former);
    return true;
  }

  /** A page of `viewer` has opened its WebSocket: the name is kept as long as one is open. */
  attach(viewer: Viewer, socket: PageSocket): void {
    viewer.sockets.add(socket);
    const held = this.#reservations.get(viewer.name);
    if (held?.viewer !== viewer) return;
    held.hadPage = true;
    held.cancelTimer();
  }

  /** A page's WebSocket has closed; when it was the last, the name waits a little for the page to return. */
  detach(viewer: Viewer, socket: PageSocket): void {
    if (!viewer.sockets.delete(socket) || viewer.sockets.size > 0) return;
    const held = this.#reservations.get(viewer.name);
    if (held?.viewer !== viewer) return;
    held.cancelTimer();
    held.cancelTimer = this.#options.clock.setTimeout(() => this.free(viewer), this.#options.returnMs);
  }

  /** Frees the viewer's name; does nothing when that has happened already. */
  free(viewer: Viewer): void {
    const held = this.#reservations.get(viewer.name);
    if (held?.viewer !== viewer) return;
    held.cancelTimer();
    this.#reservations.delete(viewer.name);
    const left = (this.#perAddress.get(viewer.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(viewer.address, left);
    else this.#perAddress.delete(viewer.address);
    this.#options.onFreed(viewer);
    this.#drain.somebodyLeft();
  }

  /** Frees every name. */
  freeAll(): void {
    for (const viewer of [...this]) this.free(viewer);
  }

  #reserve(viewer: Viewer): Viewer {
    const { clock, idleMs } = this.#options;
    const { name, address } = viewer;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    this.#reservations.set(name, { viewer, hadPage: false, lastSeen: clock.now(), cancelTimer: clock.setTimeout(() => this.#considerIdle(viewer), idleMs) });
    return viewer;
  }

  #admit(address: string): void {
    if (this.#drain.begun) throw stopping();
    if ((this.#perAddress.get(address) ?? 0) >= this.#options.maxNamesPerAddress) {
      throw new ApiError(429, 'too-many-names', 'Too many names are registered from your address: close pages that you no longer use, or try later.', {
        headers: { 'Retry-After': '60' },
      });
    }
    if (this.#reservations.size >= this.#options.maxNames) {
      throw new ApiError(503, 'too-many-names', 'This server has no room for further viewers now: try again later.', { headers: { 'Retry-After': '60' } });
    }
  }

  #considerIdle({ name }: Viewer): void {
    const held = this.#reservations.get(name);
    if (held === undefined || held.hadPage) return;
    const idle = this.#options.clock.now() - held.lastSeen;
    if (idle < this.#options.idleMs) {
      this.#considerLater(held, this.#options.idleMs - idle);
      return;
    }
    void this.#options.stillNeeded(held.viewer).then((needed) => {
      if (this.#reservations.get(held.viewer.name) !== held || held.hadPage) return;
      if (needed) held.lastSeen = this.#options.clock.now();
      if (needed || this.#options.clock.now() - held.lastSeen < this.#options.idleMs) this.#considerLater(held, this.#options.idleMs);
      else this.free(held.viewer);
    });
  }

  #considerLater(held: Reservation, ms: number): void {
    held.cancelTimer = this.#options.clock.setTimeout(() => this.#considerIdle(held.viewer), ms);
  }
}

function proves(proofs: readonly NameProof[], viewer: Viewer): boolean {
  return proofs.some(({ name, token }) => name === viewer.name && secretOf(token) === secretOf(viewer.token));
}
