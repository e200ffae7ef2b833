/**
 * Whoever is called may move in that moment: his front has ended, another has him now and says so. The call that nobody heard is taken to where
 * he is, rather than left to ring where nobody is (RFC 3261 §16.5 lets the target set grow until a final response).
 */

import { sameAddress } from '../address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Binding, Streamer } from '../directory/entries.ts';

/** The callee is at `to`, and at `from` no longer. */
export type Move = (from: Binding, to: Binding, callee: Streamer) => void;

export class Moves {
  /** Calls that nobody has answered yet, by the name that is called. */
  readonly #pending = new Map<string, Set<Move>>();

  constructor(directory: Directory) {
    directory.streamers.onChange(({ before, after }) => {
      const calls = this.#pending.size > 0 && before && after ? this.#pending.get(after.name) : undefined;
      if (calls === undefined || !before || !after) return;
      const left = before.bindings.filter((old) => !isAmong(after.bindings, old));
      const come = after.bindings.filter((binding) => !isAmong(before.bindings, binding));
      for (const [index, to] of come.entries()) {
        const from = left[index];
        if (from) for (const move of [...calls]) move(from, to, after);
      }
    });
  }

  /** @returns ends that: the call was answered, one way or another */
  follow(name: string, move: Move): () => void {
    const calls = this.#pending.get(name) ?? new Set();
    this.#pending.set(name, calls.add(move));
    return () => {
      if (calls.delete(move) && calls.size === 0) this.#pending.delete(name);
    };
  }
}

function isAmong(bindings: readonly Binding[], { address }: Binding): boolean {
  return bindings.some((other) => sameAddress(other.address, address));
}
