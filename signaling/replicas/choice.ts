/**
 * Which of several streamers behind one name a call goes to: the least loaded, and on to the next where that one is full or silent.
 * Who comes back within a moment is not sent to where he was: it may have died, and nobody but he knows yet.
 */

import type { SipRequest, SipResponse } from '../../shared/sip/message/message.ts';
import type { Target } from '../../shared/sip/proxy/response-context.ts';
import type { Directory } from '../directory/directory.ts';
import type { Binding, Streamer } from '../directory/entries.ts';
import { CallPlaces } from './places.ts';
import { SilentReplicas } from './silent.ts';

/** A replica that has not said even 100 Trying by then is passed over, ms. */
const SILENCE_MS = 400;
/** The last of several has longer; then whoever calls had better call again, for another may be back, ms. */
const LAST_SILENCE_MS = 2000;
/** How many are tried for one request. */
const MAX_TRIES = 10;
/** Of a streamer without an instance that stands beside replicas. */
const ASSUMED_CAPACITY = 250;
/** Refusals that speak of the replica, not of the call: silent itself, away, full (486, or 503), broken. */
const OTHERS_MAY_TAKE_IT: ReadonlySet<number> = new Set([408, 480, 486, 500, 503]);

export interface ReplicaChoiceOptions {
  readonly directory: Directory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface ReplicaRoute {
  /** The first to be tried. */
  readonly first: Binding;
  readonly targets: readonly Target[];
  /** To be told which target the request is sent to. @returns the replica that it is */
  readonly tried: (target: Target) => Binding;
  /** Whether another may take what this one has refused. */
  readonly goesOn: (refusal: SipResponse) => boolean;
}

export class ReplicaChoice {
  readonly #places: CallPlaces;
  readonly #silent: SilentReplicas;
  readonly #random: () => number;

  constructor({ directory, now, random }: ReplicaChoiceOptions) {
    this.#places = new CallPlaces(directory, now);
    this.#silent = new SilentReplicas(directory, now);
    this.#random = random;
  }

  /** In the order in which they are to be tried. @param caller as sessions name him */
  order({ name, bindings }: Streamer, caller: string): readonly Binding[] {
    const ranked = bindings.map((binding) => ({
      binding,
      doubt: (this.#silent.has(binding.address) ? 2 : 0) + (this.#places.wasAt(name, caller, binding.address) ? 1 : 0),
      load: this.#load(name, binding),
      chance: this.#random(),
    }));
    return ranked.sort((a, b) => a.doubt - b.doubt || a.load - b.load || a.chance - b.chance).map(({ binding }) => binding);
  }

  /** @param caller as sessions name him */
  route(request: SipRequest, streamer: Streamer, caller: string): ReplicaRoute {
    const order = this.order(streamer, caller).slice(0, MAX_TRIES);
    const [first = streamer.bindings[0]] = order;
    let isRefused = false;
    const targets = order.map(({ contact, address }, index): Target => {
      const target = { uri: contact, address, q: 1 - index / order.length };
      // The only one there is may be on its way back, and is given all the time that it takes.
      if (request.method !== 'INVITE' || order.length === 1) return target;
      return { ...target, silenceMs: index < order.length - 1 ? SILENCE_MS : LAST_SILENCE_MS };
    });
    return {
      first,
      targets,
      tried: (target) => {
        const index = targets.indexOf(target);
        const previous = order[index - 1];
        if (previous && !isRefused) this.#silent.note(previous.address);
        isRefused = false;
        return order[index] ?? first;
      },
      goesOn: ({ status }) => {
        isRefused = true;
        return OTHERS_MAY_TAKE_IT.has(status);
      },
    };
  }

  /** What it says is in use, or what we know of by ourselves where that is more: it says so late. */
  #load(name: string, { address, load = 0, capacity = ASSUMED_CAPACITY }: Binding): number {
    return Math.max(load, this.#places.count(name, address) / capacity);
  }
}
