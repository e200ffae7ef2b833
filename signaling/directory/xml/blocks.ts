/**
 * One section of the file as cached text: each entry's fragment is written once until it changes, and fragments stand in blocks whose
 * bytes are kept, so that a change among ten thousand entries costs one fragment and one block.
 */

/** Entries to a block: joining this many cached fragments takes some 10 µs. */
const BLOCK_ENTRIES = 64;

class Block {
  /** Fragment by key; undefined where the entry changed since. */
  readonly fragments = new Map<string, string | undefined>();
  bytes: Buffer | undefined;
}

/** Gives the current text of an entry. */
export type FragmentOf = (key: string) => string;

export class BlockedSection {
  readonly #fragmentOf: FragmentOf;
  readonly #blocks = new Set<Block>();
  readonly #homes = new Map<string, Block>();
  /** Blocks that entries have left; new ones move in there first. */
  readonly #roomy = new Set<Block>();

  constructor(fragmentOf: FragmentOf) {
    this.#fragmentOf = fragmentOf;
  }

  /** The entry is new or has changed. */
  changed(key: string): void {
    const block = this.#homes.get(key) ?? this.#settle(key);
    block.fragments.set(key, undefined);
    block.bytes = undefined;
  }

  removed(key: string): void {
    const block = this.#homes.get(key);
    if (!block) return;
    this.#homes.delete(key);
    block.fragments.delete(key);
    block.bytes = undefined;
    if (block.fragments.size === 0) {
      this.#blocks.delete(block);
      this.#roomy.delete(block);
    } else {
      this.#roomy.add(block);
    }
  }

  /** The section's current bytes, in order. */
  bytes(): Buffer[] {
    return Array.from(this.#blocks, (block) => (block.bytes ??= this.#write(block)));
  }

  #settle(key: string): Block {
    const [roomy] = this.#roomy;
    const block = roomy ?? new Block();
    if (!roomy) {
      this.#blocks.add(block);
      this.#roomy.add(block);
    }
    this.#homes.set(key, block);
    block.fragments.set(key, undefined);
    if (block.fragments.size >= BLOCK_ENTRIES) this.#roomy.delete(block);
    return block;
  }

  #write(block: Block): Buffer {
    let text = '';
    for (const [key, cached] of block.fragments) {
      const fragment = cached ?? this.#fragmentOf(key);
      if (cached === undefined) block.fragments.set(key, fragment);
      text += fragment;
    }
    return Buffer.from(text);
  }
}
