/** Where a request belongs: at the front that has the name which it proves. */
import type { CookieSigner, NameProof } from '../viewers/cookie.ts';
import type { Viewers } from '../viewers/viewers.ts';
import type { Fronts } from './fronts.ts';
import { frontOf, secretOf } from './name-token.ts';
import type { SharedNames } from './shared-names.ts';
import type { FrontEntry } from './shared-state.ts';

/** What a request says of whose it is. */
export interface Asked {
  readonly proofs: readonly NameProof[];
  /** The name in which it asks; of several proofs the newest where it says none. */
  readonly name: string | undefined;
  /** IP address, or network, of the client. */
  readonly address: string;
}

export interface HomesOptions {
  readonly fronts: Fronts;
  readonly names: SharedNames;
  readonly viewers: Pick<Viewers, 'find'>;
  readonly signer: CookieSigner;
}

export class Homes {
  readonly #options: HomesOptions;

  constructor(options: HomesOptions) {
    this.#options = options;
  }

  /** @returns the other front that the request is to go to; undefined where it is to be served here. @throws ApiError 503 while this front stops */
  async find({ proofs, name, address }: Asked): Promise<FrontEntry | undefined> {
    const { fronts, names } = this.#options;
    const proof = proofFor(proofs, name);
    const front = proof && frontOf(proof.token);
    if (!proof || front === undefined || front === fronts.id || this.#isHeld(proof)) return undefined;
    // Of this front as it was before others thought it gone: the name may be theirs since.
    return fronts.find(front) ?? names.takeOver(proof, address);
  }

  /** The front of a session, by the session's id; undefined where it is this one, or gone. */
  ofSession(id: string): FrontEntry | undefined {
    const front = frontOf(id);
    return front === undefined || this.#options.fronts.isThis(front) ? undefined : this.#options.fronts.find(front);
  }

  /** The cookie's value, where one of its proofs names a front that has the name no longer. */
  renewed(proofs: readonly NameProof[]): string | undefined {
    const renewed = proofs.map((proof) => {
      const viewer = this.#options.viewers.find(proof.name);
      return viewer && secretOf(viewer.token) === secretOf(proof.token) ? viewer : proof;
    });
    return renewed.every(({ token }, index) => token === proofs[index]?.token) ? undefined : this.#options.signer.sign(renewed);
  }

  #isHeld({ name, token }: NameProof): boolean {
    const held = this.#options.viewers.find(name);
    return held !== undefined && secretOf(held.token) === secretOf(token);
  }
}

function proofFor(proofs: readonly NameProof[], name: string | undefined): NameProof | undefined {
  return [...proofs].reverse().find((proof) => name === undefined || proof.name === name);
}
