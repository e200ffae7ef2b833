/**
 * A table that several daemons share: read from memory, changed at once, and true when the engine has confirmed. What others change
 * comes by `read`, whether it is told or found when everything is read again.
 */

import { isDeepStrictEqual } from 'node:util';
import { DirectoryConflictError } from '../directory.ts';
import type { ChangeListener, DirectoryWriteError, ObservableTable } from '../directory.ts';
import { MemoryTable } from '../memory-table.ts';
import { furtherBinding, nextHolder, sameHolder } from './claims.ts';
import type { EngineClock } from './engine-clock.ts';
import { Entity } from './entity.ts';
import type { Confirmed, Operation, PartChange } from './entity.ts';
import type { KeyNames } from './key-names.ts';
import { HEAD } from './layout.ts';
import type { Layout, Placed } from './layout.ts';
import type { Outbox } from './outbox.ts';
import { life, parseHead, scriptHead } from './write-script.ts';
import type { Guard } from './write-script.ts';

export interface SharedTableOptions<Entry, Part> {
  readonly layout: Layout<Entry, Part>;
  readonly names: KeyNames;
  readonly outbox: Outbox;
  readonly clock: EngineClock;
  /** Reads these keys anew; resolves when all that the engine told before is known too. */
  readonly reread: (keys: readonly string[]) => Promise<void>;
  /** What stands under this key makes no sense. */
  readonly onSenseless: (key: string) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DirectoryWriteError) => void;
}

export class SharedTable<Entry extends object, Part extends object> implements ObservableTable<Entry> {
  readonly #memory = new MemoryTable<Entry>();
  readonly #entities = new Map<string, Entity<Part>>();
  readonly #touched = new Set<Entity<Part>>();
  readonly #options: SharedTableOptions<Entry, Part>;

  constructor(options: SharedTableOptions<Entry, Part>) {
    this.#options = options;
  }

  get size(): number {
    return this.#memory.size;
  }

  get(key: string): Entry | undefined {
    return this.#memory.get(key);
  }

  values(): IterableIterator<Entry> {
    return this.#memory.values();
  }

  onChange(listener: ChangeListener<Entry>): () => void {
    return this.#memory.onChange(listener);
  }

  put(entry: Entry): Promise<void> {
    return new Promise((resolve, reject) => this.#change(this.#options.layout.keyOf(entry), entry, { resolve, reject }));
  }

  putLazily(entry: Entry): void {
    this.#change(this.#options.layout.keyOf(entry), entry, undefined);
  }

  async delete(key: string): Promise<void> {
    if (!this.#entities.has(key)) return;
    await new Promise<void>((resolve, reject) => this.#change(key, undefined, { resolve, reject }));
  }

  deleteLazily(key: string): void {
    if (this.#memory.get(key)) this.#change(key, undefined, undefined);
  }

  /** What the engine holds under a key of ours now; undefined for nothing. `settle` makes it seen. */
  read(key: string, part: string, text: string | undefined): void {
    const entity = this.#entityOf(key);
    const known = entity.confirmed.get(part);
    if (text === undefined) {
      this.#touched.add(entity);
      if (known && part === HEAD) entity.lostHead = known;
      entity.confirmed.delete(part);
      return;
    }
    const { layout, clock, names, onSenseless } = this.#options;
    try {
      const written = layout.changesHands && part === HEAD ? parseHead(text) : { claim: '', text };
      if (!written) throw new Error('it has no claim');
      if (part === HEAD) entity.claim = written.claim;
      // Most often it is the echo of what this daemon has written itself.
      if (known?.text === written.text) return;
      this.#touched.add(entity);
      entity.confirmed.set(part, { ...layout.read(part, written.text, clock), text: written.text, mine: false });
    } catch {
      entity.confirmed.delete(part);
      this.#touched.add(entity);
      onSenseless(names.of(key, part));
    }
  }

  /** Shows what was read. */
  settle(): void {
    const touched = [...this.#touched];
    this.#touched.clear();
    if (touched.length > 1) touched.sort((a, b) => orderOf(a) - orderOf(b));
    for (const entity of touched) {
      this.#mendHead(entity);
      this.#show(entity);
    }
  }

  /**
   * Takes in all that the engine holds, after a time in which it told nothing.
   * @param found texts by key and part
   * @param emptied it has lost what it held: it gets back what is known here
   * @returns how many entries it gets back
   */
  synchronize(found: ReadonlyMap<string, ReadonlyMap<string, string>>, emptied: boolean): number {
    const returned: Operation<Part>[] = [];
    for (const [key, entity] of this.#entities) {
      const parts = found.get(key);
      const lost = new Map([...entity.confirmed].filter(([name, { text, mine }]) => !parts?.has(name) || (mine && parts.get(name) !== text)));
      for (const name of [...entity.confirmed.keys()]) if (!parts?.has(name)) this.read(key, name, undefined);
      const back = emptied ? this.#givenBack(entity, lost) : undefined;
      if (back) returned.push(back);
    }
    for (const [key, parts] of found) for (const [name, text] of parts) this.read(key, name, text);
    for (const entity of this.#touched) if (emptied) entity.lostHead = undefined;
    this.#options.outbox.prepend(returned);
    this.settle();
    return returned.length;
  }

  #entityOf(key: string): Entity<Part> {
    const known = this.#entities.get(key);
    if (known) return known;
    const entity = new Entity<Part>(key);
    this.#entities.set(key, entity);
    return entity;
  }

  #change(key: string, entry: Entry | undefined, waiter: Waiter | undefined): void {
    const entity = this.#entityOf(key);
    const before = this.#memory.get(key);
    const patch = entry ? this.#patchFor(entity, entry, waiter !== undefined) : new Map<string, PartChange<Part>>();
    this.#remove(entity, entry ? this.#options.layout.split(entry) : new Map(), patch, waiter !== undefined);
    const guard = this.#guardOf(entity, patch, before, entry);
    this.#memory.set(key, entry);
    if (!waiter && this.#joinLast(entity, patch, guard)) return;
    this.#submit(entity, patch, guard, waiter);
  }

  #patchFor(entity: Entity<Part>, entry: Entry, awaited: boolean): Map<string, PartChange<Part>> {
    const { layout, clock } = this.#options;
    const shown = entity.shown();
    const patch = new Map<string, PartChange<Part>>();
    for (const [name, value] of layout.split(entry)) {
      const now = shown.get(name);
      const isSame = now !== undefined && layout.same(now.value, value);
      const placed = { value, order: now?.order ?? clock.nextOrder() };
      // Of a name, the head goes along always: it may be gone, and lives as long as what is written with it.
      if (layout.changesHands && name === HEAD) patch.set(name, { action: isSame ? 'keep' : 'head', placed, text: layout.write(placed, clock) });
      else if (!isSame || (awaited && entity.confirmed.get(name)?.value !== now.value)) patch.set(name, { action: 'set', placed, text: layout.write(placed, clock) });
    }
    return patch;
  }

  /** Adds the removal of all parts that are not `wanted`. What nobody asked for, or is over anyway, is removed only if no other daemon has renewed it. */
  #remove(entity: Entity<Part>, wanted: ReadonlyMap<string, Part>, patch: Map<string, PartChange<Part>>, awaited: boolean): void {
    const { layout, clock } = this.#options;
    for (const [name, { value }] of entity.shown()) {
      if (wanted.has(name)) continue;
      const text = entity.textOf(name) ?? '';
      if (layout.changesHands && name === HEAD) {
        // Of a name that is over the head goes by itself: another daemon may have renewed a binding.
        patch.set(name, { action: awaited ? 'cut-head' : 'leave', placed: undefined, text });
      } else patch.set(name, { action: awaited && layout.endsAt(value) > clock.local ? 'delete' : 'cut', placed: undefined, text });
    }
    // The guard looks at the head: it is always the first key.
    if (layout.changesHands && !patch.has(HEAD)) patch.set(HEAD, { action: 'leave', placed: undefined, text: '' });
  }

  /** What must hold in the engine for a name to be changed; makes the patch insist on it too. */
  #guardOf(entity: Entity<Part>, patch: Map<string, PartChange<Part>>, before: Entry | undefined, after: Entry | undefined): Guard | undefined {
    const { layout, clock } = this.#options;
    if (!layout.changesHands) return undefined;
    const claim = entity.latestClaim;
    if (after && layout.changesHands(before, after, clock.local)) {
      for (const [name, change] of patch) if (change.action === 'cut') patch.set(name, { ...change, action: 'gone' });
      rewriteHead(patch);
      return nextHolder(claim);
    }
    const shown = entity.shown();
    if (claim === '' || [...patch].every(([name, { action }]) => action !== 'set' || shown.has(name))) return sameHolder(claim);
    rewriteHead(patch);
    return furtherBinding(claim);
  }

  /** Puts a change that nobody waits for together with the one before it, where that has not been sent yet. */
  #joinLast(entity: Entity<Part>, patch: Map<string, PartChange<Part>>, guard: Guard | undefined): boolean {
    const last = entity.operations.at(-1);
    const { outbox } = this.#options;
    if (!last || last.awaited || !outbox.isWaiting(last) || (guard && guard.claim !== '')) return false;
    for (const [name, change] of patch) {
      if (change.action === 'leave' && last.patch.has(name)) continue;
      if (change.action !== 'cut' || !last.patch.get(name)?.placed) last.patch.set(name, change);
      // What replaces a change that was never sent is about what was there before that one.
      else if (outbox.wasTried(last)) last.patch.set(name, { ...change, action: 'delete' });
      else if (entity.confirmed.has(name)) last.patch.set(name, { ...change, text: entity.confirmed.get(name)?.text ?? '' });
      else last.patch.delete(name);
    }
    if (last.patch.size === 0) {
      outbox.withdraw(last);
      entity.drop(last);
      this.#forget(entity);
    }
    return true;
  }

  #submit(entity: Entity<Part>, patch: Map<string, PartChange<Part>>, guard: Guard | undefined, waiter: Waiter | undefined): void {
    const operation = this.#operation(entity, patch, guard, waiter);
    entity.operations.push(operation);
    this.#options.outbox.submit(operation);
  }

  #operation(entity: Entity<Part>, patch: Map<string, PartChange<Part>>, guard: Guard | undefined, waiter: Waiter | undefined): Operation<Part> {
    const operation: Operation<Part> = {
      awaited: waiter !== undefined,
      get needsRoom() {
        return [...patch.values()].some(({ placed }) => placed !== undefined);
      },
      patch,
      guard,
      command: (deadline) => this.#command(entity, operation, deadline),
      done: (claim) => {
        this.#confirm(entity, operation, claim);
        waiter?.resolve();
      },
      refused: () => void this.#refuse(entity, operation, waiter),
      failed: (error) => {
        entity.drop(operation);
        this.#show(entity);
        waiter?.reject(error);
      },
    };
    return operation;
  }

  #command(entity: Entity<Part>, { patch, guard }: Operation<Part>, deadline: number | undefined): { keys: string[]; args: string[] } {
    const { names, layout, clock } = this.#options;
    const keys: string[] = [];
    const args = scriptHead(deadline, guard);
    const parts = [...patch].sort(([a], [b]) => Number(b === HEAD) - Number(a === HEAD));
    const lives = parts.map(([, { placed }]) => (placed ? layout.endsAt(placed.value) - clock.local : 0));
    for (const [index, [name, { action, text }]] of parts.entries()) {
      keys.push(names.of(entity.key, name));
      args.push(action, text, life(lives[index] ?? 0));
    }
    return { keys, args };
  }

  #confirm(entity: Entity<Part>, operation: Operation<Part>, claim: string): void {
    entity.overtake(operation);
    entity.drop(operation);
    if (claim !== '') entity.claim = claim;
    const unsure: string[] = [];
    for (const [name, { action, placed, text }] of operation.patch) {
      if (action === 'leave') continue;
      if (placed) entity.confirmed.set(name, { ...placed, text, mine: true });
      else if (action === 'delete' || action === 'gone' || entity.confirmed.get(name)?.text === text) entity.confirmed.delete(name);
      if (action === 'new') unsure.push(this.#options.names.of(entity.key, name));
    }
    if (unsure.length > 0) void this.#options.reread(unsure);
    this.#forget(entity);
  }

  /** Another holds the name: who, is read before whoever waits hears of it. */
  async #refuse(entity: Entity<Part>, operation: Operation<Part>, waiter: Waiter | undefined): Promise<void> {
    const { names, reread } = this.#options;
    const parts = new Set([HEAD, ...entity.confirmed.keys(), ...operation.patch.keys()]);
    await reread([...parts].map((name) => names.of(entity.key, name)));
    entity.drop(operation);
    this.#show(entity);
    waiter?.reject(new DirectoryConflictError(`another daemon has changed who holds ${entity.key}`));
  }

  /** A head that was removed by who did not know of a binding that another daemon added is put back. */
  #mendHead(entity: Entity<Part>): void {
    const { layout, clock } = this.#options;
    const { lostHead } = entity;
    entity.lostHead = undefined;
    if (!lostHead || !layout.changesHands || entity.confirmed.has(HEAD)) return;
    const living = [...entity.confirmed.values()].filter(({ value }) => layout.endsAt(value) > clock.local);
    if (living.length === 0) return;
    entity.confirmed.set(HEAD, lostHead);
    const entry = layout.join(entity.key, entity.shown());
    entity.confirmed.delete(HEAD);
    const head = entry && layout.split(entry).get(HEAD);
    if (!head) return;
    const placed = { value: head, order: lostHead.order };
    this.#submit(entity, new Map([[HEAD, { action: 'keep', placed, text: lostHead.text }]]), sameHolder(entity.latestClaim), undefined);
  }

  /** What the engine has lost of an entry, as a change that goes before all that were made since; undefined where there is nothing. */
  #givenBack(entity: Entity<Part>, lost: ReadonlyMap<string, Confirmed<Part>>): Operation<Part> | undefined {
    const { layout, clock } = this.#options;
    const patch = new Map<string, PartChange<Part>>();
    for (const [name, { value, order, text, mine }] of lost) {
      if (layout.changesHands && name === HEAD) continue;
      if (layout.endsAt(value) > clock.local) patch.set(name, { action: mine ? 'set' : 'new', placed: { value, order }, text });
    }
    if (patch.size === 0) return undefined;
    const head = lost.get(HEAD);
    if (layout.changesHands && head) {
      const entry = layout.join(entity.key, new Map<string, Placed<Part>>([...patch].flatMap(([name, { placed }]) => (placed ? [[name, placed] as const] : []))).set(HEAD, head));
      const value = entry && layout.split(entry).get(HEAD);
      if (value) patch.set(HEAD, { action: 'keep', placed: { value, order: head.order }, text: head.text });
    } else if (layout.changesHands) patch.set(HEAD, { action: 'leave', placed: undefined, text: '' });
    const operation = this.#operation(entity, patch, layout.changesHands ? sameHolder(entity.claim) : undefined, undefined);
    entity.operations.unshift(operation);
    return operation;
  }

  #show(entity: Entity<Part>): void {
    const entry = this.#options.layout.join(entity.key, entity.shown());
    if (!isDeepStrictEqual(entry, this.#memory.get(entity.key))) this.#memory.set(entity.key, entry);
    this.#forget(entity);
  }

  #forget(entity: Entity<Part>): void {
    if (entity.isEmpty) this.#entities.delete(entity.key);
  }
}

/** Its claim changes. */
function rewriteHead<Part>(patch: Map<string, PartChange<Part>>): void {
  const head = patch.get(HEAD);
  if (head?.action === 'keep') patch.set(HEAD, { ...head, action: 'head' });
}

function orderOf<Part>(entity: Entity<Part>): number {
  return entity.confirmed.get(HEAD)?.order ?? Infinity;
}
