/** Who the viewer is: signing in with a name, keeping it over reloads and restarts of front, signing out. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { backoffMs, SERVICE_BACKOFF } from '../connection/backoff.ts';
import { failureOf, type Failure, type FailureId } from '../connection/failure.ts';
import type { Timing } from '../connection/timing.ts';
import type { TextStore } from '../storage/local.ts';
import { nameProblem, tidyName, type NameProblem } from './name-rules.ts';

/** Why the sign-in form is shown again. `lost`: the name was ours, and someone else has it now. */
export type SignInProblem = NameProblem | 'taken' | 'lost' | Failure;

export type SessionState =
  | { readonly kind: 'out'; readonly name: string; readonly problem?: SignInProblem }
  /** `remembered`: signing in by itself with the name of last time. */
  | { readonly kind: 'entering'; readonly name: string; readonly remembered: boolean; readonly failures: number }
  | { readonly kind: 'in'; readonly name: string };

export interface SessionOptions {
  /** Reserves a name; gives the one that one has then, or undefined when it is somebody else's. */
  readonly register: (name: string) => Promise<string | undefined>;
  readonly rename: (name: string, to: string) => Promise<boolean>;
  /** Where the name is remembered. */
  readonly store: TextStore;
  readonly timing: Timing;
  readonly random: () => number;
}

/** Failures that pass by themselves: worth trying again without asking. */
const PASSING: ReadonlySet<FailureId> = new Set(['service-away', 'stopping', 'store-unavailable', 'too-many-requests', 'too-busy']);

export class Session {
  readonly #options: SessionOptions;
  readonly #state;
  /** Counts sign-ins and sign-outs, so that an answer to an earlier one is not mistaken for the present one's. */
  #turn = 0;
  #cancelRetry: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#state = signal<SessionState>({ kind: 'out', name: options.store.read() });
  }

  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  get name(): string {
    return this.#state.peek().name;
  }

  /** Signs in with the name of last time, if there is one; keeps trying while front is away. */
  async resume(): Promise<void> {
    const name = tidyName(this.#options.store.read());
    if (nameProblem(name) === undefined) await this.#enter(name, true, 0);
  }

  /** Signs in with what was typed; the outcome is in {@link state}. */
  async signIn(input: string): Promise<void> {
    const name = tidyName(input);
    const problem = nameProblem(name);
    if (problem) this.#state.value = { kind: 'out', name: input, problem };
    else await this.#enter(name, false, 0);
  }

  /** Signs in with the name of an account, which front makes unique where it is taken. */
  async enter(name: string): Promise<void> {
    this.#options.store.write(name);
    await this.#enter(name, false, 0);
  }

  /**
   * Takes the name again after front has forgotten it.
   * @returns false when someone else has it now, or the account it belongs to is signed out; the viewer is then signed out, with the reason
   * @throws FailureError when front does not answer
   */
  async renew(): Promise<boolean> {
    const turn = this.#turn;
    const { name } = this;
    const renewed = await this.#register(name);
    if (turn !== this.#turn) return false;
    if (typeof renewed === 'string') {
      this.#enterAs(renewed);
      return true;
    }
    this.#turn += 1;
    this.#state.value = { kind: 'out', name, problem: renewed ?? 'lost' };
    return false;
  }

  /** front says that one goes by another name now: another page of this browser asked for it. */
  renamed(name: string): void {
    if (this.#state.peek().kind === 'in') this.#enterAs(name);
  }

  /**
   * Goes by another name from now on.
   * @returns why not, where the name cannot be one or is somebody else's
   * @throws FailureError when front does not answer
   */
  async rename(input: string): Promise<NameProblem | 'taken' | undefined> {
    const turn = this.#turn;
    const [name, to] = [this.name, tidyName(input)];
    const problem = nameProblem(to);
    if (problem || to === name) return problem;
    if (!(await this.#options.rename(name, to))) return 'taken';
    if (turn === this.#turn) this.#enterAs(to);
    return undefined;
  }

  signOut(): void {
    this.#turn += 1;
    this.#cancelRetry();
    this.#options.store.write('');
    this.#state.value = { kind: 'out', name: '' };
  }

  async #enter(name: string, remembered: boolean, failures: number): Promise<void> {
    const turn = ++this.#turn;
    this.#cancelRetry();
    this.#state.value = { kind: 'entering', name, remembered, failures };
    try {
      const registered = await this.#options.register(name);
      if (turn !== this.#turn) return;
      if (registered === undefined) this.#state.value = { kind: 'out', name, problem: 'taken' };
      else this.#enterAs(registered);
    } catch (error) {
      if (turn !== this.#turn) return;
      const failure = failureOf(error);
      if (remembered && PASSING.has(failure.id)) this.#retryLater(name, failures + 1, failure.retryAfterMs);
      else this.#state.value = { kind: 'out', name, problem: failure };
    }
  }

  /** @returns the name, undefined when it is somebody else's, or why one must sign in anew */
  async #register(name: string): Promise<string | Failure | undefined> {
    try {
      return await this.#options.register(name);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.id === 'invalid-token') return failure;
      throw error;
    }
  }

  #enterAs(name: string): void {
    this.#options.store.write(name);
    const present = this.#state.peek();
    if (present.kind !== 'in' || present.name !== name) this.#state.value = { kind: 'in', name };
  }

  #retryLater(name: string, failures: number, askedFor = 0): void {
    this.#state.value = { kind: 'entering', name, remembered: true, failures };
    const wait = Math.max(askedFor, backoffMs(failures, SERVICE_BACKOFF, this.#options.random));
    this.#cancelRetry = this.#options.timing.after(wait, () => void this.#enter(name, true, failures));
  }
}
