/** One entry as a daemon knows it: what the engine has confirmed, and the changes that are on their way there. What is shown is the one with the others on top. */

import { HEAD } from './layout.ts';
import type { Placed } from './layout.ts';
import type { Job } from './outbox.ts';
import type { Action, Guard } from './write-script.ts';

/** A part that the engine holds. */
export interface Confirmed<Part> extends Placed<Part> {
  /** As it stands there; of a head without the claim. */
  readonly text: string;
  /** Whether this daemon wrote it: where the engine has lost it, nobody knows better. */
  readonly mine: boolean;
}

/** What one change does with one part. */
export interface PartChange<Part> {
  readonly action: Action;
  /** Undefined where it is removed. */
  readonly placed: Placed<Part> | undefined;
  /** What is written, or what must be there still for it to be removed. */
  readonly text: string;
}

export interface Operation<Part> extends Job {
  readonly patch: Map<string, PartChange<Part>>;
  readonly guard: Guard | undefined;
}

export class Entity<Part> {
  readonly key: string;
  readonly confirmed = new Map<string, Confirmed<Part>>();
  /** In the order in which they were made, none of them confirmed. */
  readonly operations: Operation<Part>[] = [];
  /** Of a name, who holds it as the engine has it; '' where nobody does. */
  claim = '';
  /** A head that has gone, until it is known whether all has. */
  lostHead: Confirmed<Part> | undefined;

  constructor(key: string) {
    this.key = key;
  }

  get isEmpty(): boolean {
    return this.confirmed.size === 0 && this.operations.length === 0;
  }

  /** Its parts with every change. */
  shown(): Map<string, Placed<Part>> {
    const parts = new Map<string, Placed<Part>>(this.confirmed);
    for (const { patch } of this.operations) {
      for (const [name, { action, placed }] of patch) {
        if (placed) {
          if (action !== 'new' || !parts.has(name)) parts.set(name, placed);
        } else if (action !== 'leave') parts.delete(name);
      }
    }
    return parts;
  }

  /** What stands in the engine for this part once all that is on its way has arrived; undefined for nothing. */
  textOf(name: string): string | undefined {
    for (let index = this.operations.length - 1; index >= 0; index--) {
      const change = this.operations[index]?.patch.get(name);
      if (change && change.action !== 'leave') return change.placed && change.text;
    }
    return this.confirmed.get(name)?.text;
  }

  /** The claim that the name will have then. */
  get latestClaim(): string {
    for (let index = this.operations.length - 1; index >= 0; index--) {
      const guard = this.operations[index]?.guard;
      if (guard && guard.claim !== '') return guard.claim;
    }
    return this.claim;
  }

  /** Earlier changes that the engine has refused, and that are to be tried again, must not undo what this one has done. */
  overtake(operation: Operation<Part>): void {
    for (const earlier of this.operations) {
      if (earlier === operation) return;
      for (const [name, { action }] of operation.patch) {
        if (action === 'leave' || !earlier.patch.has(name)) continue;
        // The head's key stays: the script looks at it.
        if (name === HEAD && earlier.guard) earlier.patch.set(name, { action: 'leave', placed: undefined, text: '' });
        else earlier.patch.delete(name);
      }
    }
  }

  drop(operation: Operation<Part>): void {
    const index = this.operations.indexOf(operation);
    if (index >= 0) this.operations.splice(index, 1);
  }
}
