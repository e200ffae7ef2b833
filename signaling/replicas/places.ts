/** Where the calls to each streamer's name are, and where each caller was last: by the sessions in the directory, whoever relayed them. */

import { formatAddress, sameAddress } from '../address.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Directory } from '../directory/directory.ts';
import { isActive } from '../directory/entries.ts';
import type { Session } from '../directory/entries.ts';

/** Who calls again sooner than this may do so because it went wrong, ms. */
const RECENTLY_MS = 10_000;

interface Left {
  readonly address: Address;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export class CallPlaces {
  readonly #now: () => number;
  /** Active sessions by name and address. */
  readonly #counts = new Map<string, number>();
  /** The latest active session by name and caller. */
  readonly #present = new Map<string, Session>();
  /** Where callers were whose session has ended lately, in the order of its end. */
  readonly #left = new Map<string, Left>();

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, now: () => number) {
    this.#now = now;
    for (const session of directory.sessions.values()) this.#changed(undefined, session);
    directory.sessions.onChange(({ before, after }) => this.#changed(before, after));
  }

  /** How many calls to a name are at an address, those that are being answered included. */
  count(name: string, address: Address): number {
    return this.#counts.get(placeOf(name, address)) ?? 0;
  }

  /** Whether the caller is at this address now, or was a moment ago. */
  wasAt(name: string, caller: string, address: Address): boolean {
    const key = callerOf(name, caller);
    const present = this.#present.get(key)?.streamerAddress;
    if (present) return sameAddress(present, address);
    const left = this.#left.get(key);
    return left !== undefined && left.until > this.#now() && sameAddress(left.address, address);
  }

  #changed(before: Session | undefined, after: Session | undefined): void {
    const was = isPlaced(before) ? before : undefined;
    const is = isPlaced(after) ? after : undefined;
    if (was && is && was.streamer === is.streamer && sameAddress(was.streamerAddress, is.streamerAddress)) return;
    if (was) this.#end(was);
    if (is) this.#begin(is);
    this.#forgetOld();
  }

  #begin(session: Placed): void {
    const place = placeOf(session.streamer, session.streamerAddress);
    this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
    this.#present.set(callerOf(session.streamer, session.viewer), session);
  }

  #end(session: Placed): void {
    const place = placeOf(session.streamer, session.streamerAddress);
    const count = (this.#counts.get(place) ?? 1) - 1;
    if (count === 0) this.#counts.delete(place);
    else this.#counts.set(place, count);
    const key = callerOf(session.streamer, session.viewer);
    if (this.#present.get(key)?.id !== session.id) return;
    this.#present.delete(key);
    this.#left.delete(key);
    this.#left.set(key, { address: session.streamerAddress, until: this.#now() + RECENTLY_MS });
  }

  #forgetOld(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#left) {
      if (until > now) return;
      this.#left.delete(key);
    }
  }
}

type Placed = Session & { readonly streamerAddress: Address };

/** A guard, not a copy: each change of each call passes here. */
function isPlaced(session: Session | undefined): session is Placed {
  return session?.kind === 'streamer' && session.streamerAddress !== undefined && isActive(session);
}

function placeOf(name: string, address: Address): string {
  return `${formatAddress(address)} ${name}`;
}

function callerOf(name: string, caller: string): string {
  return JSON.stringify([name, caller]);
}
