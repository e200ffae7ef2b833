/** The list of rooms as it is shown: asked for anew whenever front says that it has changed, with who is inside as front tells of it. */
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { backoffMs, SERVICE_BACKOFF } from '../connection/backoff.ts';
import { failureOf, type Failure } from '../connection/failure.ts';
import type { Occupancy, Room } from '../connection/room.ts';
import { PAGE_OF_ROOMS, type FoundRooms, type RoomOrder } from '../connection/rooms.ts';
import type { Timing } from '../connection/timing.ts';
import type { TextStore } from '../storage/local.ts';

export interface RoomListOptions {
  readonly fetch: (wanted: { readonly search: string; readonly order: RoomOrder; readonly most: number; readonly signal: AbortSignal }) => Promise<FoundRooms>;
  /** Whether front tells of changes by itself; otherwise it is asked now and then. */
  readonly isTold: () => boolean;
  readonly timing: Timing;
  readonly random: () => number;
  readonly orderStore: TextStore;
  /** Rooms that others have made while one looked. */
  readonly onCreated: (rooms: readonly Room[]) => void;
  /** So many were found by the present search. */
  readonly onFound: (count: number) => void;
}

/** Whoever types gets the rooms for what stands there when he rests this long, ms. */
export const TYPING_MS = 180;
/** How often the list is asked for where front does not tell of changes, ms. */
export const POLL_MS = 12_000;

const ORDERS: readonly RoomOrder[] = ['active', 'newest'];

export class RoomList {
  readonly #options: RoomListOptions;
  readonly #rooms = signal<readonly Room[] | undefined>(undefined);
  /** Undefined until front has told of it. */
  readonly #inside = signal<ReadonlyMap<string, readonly string[]> | undefined>(undefined);
  readonly #created = signal<ReadonlySet<string>>(new Set());
  readonly #problem = signal<Failure | undefined>(undefined);
  readonly #hasMore = signal(false);
  readonly #search = signal('');
  readonly #order;
  readonly #shown = computed(() => arranged(this.#rooms.value, this.#created.value, this.#inside.value));
  #most = PAGE_OF_ROOMS;
  #open = false;
  #failures = 0;
  #asking: AbortController | undefined;
  /** Something has changed since the list was asked for. */
  #stale = false;
  /** What the present list was searched for; undefined while there is none. */
  #listed: string | undefined;
  #cancelTimer: () => void = () => undefined;

  constructor(options: RoomListOptions) {
    this.#options = options;
    this.#order = signal<RoomOrder>(ORDERS.find((order) => order === options.orderStore.read()) ?? 'active');
  }

  /** In the order that was chosen, rooms made while one looks first; undefined until the list is there. */
  get rooms(): ReadonlySignal<readonly Room[] | undefined> {
    return this.#shown;
  }

  /** Rooms made while one looks. */
  get created(): ReadonlySignal<ReadonlySet<string>> {
    return this.#created;
  }

  /** Why the list cannot be had; it is tried again. */
  get problem(): ReadonlySignal<Failure | undefined> {
    return this.#problem;
  }

  /** Whether there are more rooms than are listed. */
  get hasMore(): ReadonlySignal<boolean> {
    return this.#hasMore;
  }

  get search(): ReadonlySignal<string> {
    return this.#search;
  }

  get order(): ReadonlySignal<RoomOrder> {
    return this.#order;
  }

  /** Keeps the list as it is at front, until {@link close}. */
  open(): void {
    this.#open = true;
    this.#failures = 0;
    void this.#ask();
  }

  close(): void {
    this.#open = false;
    this.#cancelTimer();
    this.#asking?.abort();
    this.#asking = undefined;
    this.#created.value = new Set();
    this.#search.value = '';
    this.#most = PAGE_OF_ROOMS;
    this.#listed = undefined;
  }

  /** front says that the list has changed, or one is somebody else now. */
  changed(): void {
    if (!this.#open) return;
    if (this.#asking) this.#stale = true;
    else void this.#ask();
  }

  /** Who is inside which room: all public rooms with somebody inside. */
  occupied(rooms: readonly Occupancy[]): void {
    this.#inside.value = new Map(rooms.map(({ id, members }) => [id, members]));
  }

  searchFor(text: string): void {
    this.#search.value = text;
    this.#askAfter(TYPING_MS);
  }

  sortBy(order: RoomOrder): void {
    this.#order.value = order;
    this.#options.orderStore.write(order);
    this.#restart();
  }

  /** Lists more of them. */
  more(): void {
    this.#most += PAGE_OF_ROOMS;
    this.#restart();
  }

  /** A room that was made here: on top at once. */
  add(room: Room): void {
    this.#created.value = new Set([room.id, ...this.#created.peek()]);
    this.#rooms.value = [room, ...(this.#rooms.peek() ?? []).filter(({ id }) => id !== room.id)];
  }

  /** A room that was changed here. */
  replace(room: Room): void {
    this.#rooms.value = this.#rooms.peek()?.map((other) => (other.id === room.id ? room : other));
  }

  /** A room that was deleted here. */
  remove(id: string): void {
    this.#rooms.value = this.#rooms.peek()?.filter((room) => room.id !== id);
  }

  /** One is somebody else, or nobody: what was told is not for him. */
  forget(): void {
    this.#rooms.value = undefined;
    this.#inside.value = undefined;
    this.#listed = undefined;
    if (this.#open) this.#restart();
  }

  #restart(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    if (this.#open) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#cancelTimer();
    this.#stale = false;
    const asking = (this.#asking = new AbortController());
    const search = this.#search.peek().trim();
    try {
      const { rooms, hasMore } = await this.#options.fetch({ search, order: this.#order.peek(), most: this.#most, signal: asking.signal });
      if (asking !== this.#asking) return;
      this.#failures = 0;
      this.#hasMore.value = hasMore;
      this.#take(rooms, search);
    } catch (error) {
      if (asking !== this.#asking) return;
      this.#failures += 1;
      this.#problem.value = failureOf(error);
    }
    this.#asking = undefined;
    if (this.#failures > 0) this.#askAfter(backoffMs(this.#failures, SERVICE_BACKOFF, this.#options.random));
    else if (this.#isStale()) void this.#ask();
    else if (!this.#options.isTold()) this.#askAfter(POLL_MS);
  }

  #take(rooms: readonly Room[], search: string): void {
    const before = this.#rooms.peek();
    const comparable = before !== undefined && search === '' && this.#listed === '';
    const known = new Set(before?.map(({ id }) => id));
    const created = comparable ? rooms.filter(({ id, mine }) => !known.has(id) && !mine) : [];
    this.#problem.value = undefined;
    this.#rooms.value = rooms;
    if (search !== '' && search !== this.#listed) this.#options.onFound(rooms.length);
    this.#listed = search;
    if (created.length === 0) return;
    this.#created.value = new Set([...created.map(({ id }) => id), ...this.#created.peek()]);
    this.#options.onCreated(created);
  }

  #isStale(): boolean {
    return this.#stale;
  }

  #askAfter(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timing.after(ms, () => this.#restart());
  }
}

/** Rooms made while one looks come first, the latest on top; what front tells of who is inside public rooms is newer than the list. */
function arranged(
  rooms: readonly Room[] | undefined,
  created: ReadonlySet<string>,
  inside: ReadonlyMap<string, readonly string[]> | undefined,
): readonly Room[] | undefined {
  if (!rooms) return undefined;
  const order = [...created];
  const place = ({ id }: Room): number => (created.has(id) ? order.indexOf(id) : order.length);
  const sorted = [...rooms].sort((a, b) => place(a) - place(b));
  return inside ? sorted.map((room) => (room.visibility === 'public' ? { ...room, members: inside.get(room.id) ?? [] } : room)) : sorted;
}
