/** Registers every viewer with an open page as a SIP person (RFC 3261 §10), and takes him out when his last page has gone. */
import type { Logger } from '../../shared/log/logger.ts';
import { demoted } from '../../shared/log/demoted.ts';
import { Registration } from '../../shared/registration/registration.ts';
import type { RegistrationState } from '../../shared/registration/registration.ts';
import type { Agent, Cancel, Clock, RandomSource, SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent } from '../failures.ts';
import type { Domain } from '../sip/domain.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { PersonContacts } from './contacts.ts';
import { RESUME_MS } from './owner.ts';
import type { Page } from './page.ts';
import type { Pages } from './pages.ts';
import { Turns } from './turns.ts';

const CALL_ID_BYTES = 12;
const TAG_BYTES = 6;
const RANDOM_STEPS = 2 ** 24;

/** Whoever dies without a word is gone from the list after this, seconds. */
const EXPIRES_SECONDS = 60;

/** REGISTERs of one front; a daemon that was restarted asks all its people at once to come again. */
const REGISTERS_PER_SECOND = 500;
const REGISTER_BURST = 50;

/** How long a request waits to hear whether its person's name is his, ms. */
const CONFIRMATION_LIMIT_MS = 5_000;

/** What a registrar says of a name that is another's. */
const TAKEN = 403;

const BODY = JSON.stringify({ kind: 'person' });

export interface PresenceOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly contacts: PersonContacts;
  readonly pages: Pages;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  /** By what registrations are known, where another front may have to go on with them. */
  readonly continuity?: Continuity | undefined;
}

/** What all fronts would say in a viewer's registration, whichever of them registers him. */
export interface Continuity {
  callIdOf(viewer: Pick<Viewer, 'name' | 'token'>): string;
  /** The least CSeq of a REGISTER that is sent now: higher than what any front has sent before. */
  sequence(): number;
}

/** One viewer's registration. */
interface Held {
  readonly name: string;
  readonly registration: Registration;
  /** What his pages were told of why nobody can call him. */
  unreachable: string | undefined;
  cancelLeaving: Cancel;
  /** Whether the name is his; undefined until the registrar has said so or otherwise. */
  isHis: boolean | undefined;
  readonly waiting: Set<() => void>;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #held = new Map<Viewer, Held>();
  readonly #byCallId = new Map<string, Registration>();
  readonly #turns: Turns;
  readonly #goneListeners: ((viewer: Viewer) => void)[] = [];
  #closed = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#turns = new Turns({ clock: options.clock, perSecond: REGISTERS_PER_SECOND, burst: REGISTER_BURST });
    options.agent.onStrayResponse((response) => this.#hearStray(response));
    options.pages.onCame((page) => this.#came(page));
    options.pages.onGone(({ viewer }) => this.#gone(viewer));
  }

  /** Persons that are registered, or about to be. */
  get size(): number {
    return this.#held.size;
  }

  /** Whether calls for the viewer are to ring, also while his page is being loaded anew. */
  has(viewer: Viewer): boolean {
    return this.#held.has(viewer);
  }

  /**
   * Resolves when it is certain that the viewer's name is his alone, among all fronts: until then he speaks to nobody in it.
   * @throws ApiError 409 `unreachable` where somebody else has it, 504 `signaling-silent` where the registrar does not say
   */
  async confirmed(viewer: Viewer): Promise<void> {
    const held = this.#held.get(viewer);
    if (held && held.isHis === undefined) await this.#heardOf(held);
    if (held?.isHis === false) throw new ApiError(409, 'unreachable', `“${held.name}” is taken elsewhere: choose another name to call, to meet and to write.`);
    if (held?.isHis !== true) throw signalingSilent();
  }

  /** Called when the last page of a viewer has been gone for a while. */
  onGone(listener: (viewer: Viewer) => void): void {
    this.#goneListeners.push(listener);
  }

  /** The viewer is called otherwise from now on. */
  renamed(viewer: Viewer): void {
    const held = this.#held.get(viewer);
    if (!held || held.name === viewer.name) return;
    this.#drop(viewer, held);
    this.#register(viewer);
  }

  /** Takes everybody out of the directory; resolves when the daemon has confirmed it or never will. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#held.values()];
    this.#held.clear();
    this.#byCallId.clear();
    for (const { cancelLeaving } of all) cancelLeaving();
    await Promise.all(all.map(({ registration }) => registration.stop()));
  }

  async #heardOf(held: Held): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        held.waiting.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.setTimeout(wake, CONFIRMATION_LIMIT_MS);
      held.waiting.add(wake);
    });
  }

  #came(page: Page): void {
    const held = this.#held.get(page.viewer);
    if (held) {
      held.cancelLeaving();
      if (held.unreachable !== undefined) page.tell({ type: 'unreachable', message: held.unreachable });
    } else if (!this.#closed) {
      this.#register(page.viewer);
    }
  }

  #gone(viewer: Viewer): void {
    const held = this.#held.get(viewer);
    if (!held || this.#options.pages.of(viewer).length > 0) return;
    held.cancelLeaving = this.#options.clock.setTimeout(() => {
      this.#drop(viewer, held);
      for (const listener of this.#goneListeners) listener(viewer);
    }, RESUME_MS);
  }

  #register(viewer: Viewer): void {
    const { agent, domain, contacts, clock, random, log, continuity } = this.#options;
    const { name } = viewer;
    const registration = new Registration({
      agent,
      registrar: domain.uri,
      addressOfRecord: domain.addressOf(name),
      contact: contacts.contactOf(name),
      callId: continuity?.callIdOf(viewer) ?? random.token(CALL_ID_BYTES),
      ...(continuity && { sequence: () => continuity.sequence() }),
      tag: random.token(TAG_BYTES),
      body: BODY,
      contentType: 'application/json',
      expiresSeconds: EXPIRES_SECONDS,
      clock,
      random: () => Number.parseInt(random.token(3), 16) / RANDOM_STEPS,
      log: demoted(log),
      pace: () => this.#turns.next(),
      onState: (state) => this.#heard(viewer, held, state),
    });
    const held: Held = { name, registration, unreachable: undefined, cancelLeaving: () => undefined, isHis: undefined, waiting: new Set() };
    this.#held.set(viewer, held);
    this.#byCallId.set(registration.callId, registration);
    registration.start();
  }

  #heard(viewer: Viewer, held: Held, state: RegistrationState): void {
    if (this.#held.get(viewer) !== held) return;
    if (state.state === 'registered') held.isHis = true;
    else if (state.state === 'refused' && state.status === TAKEN) held.isHis = false;
    for (const wake of held.waiting) wake();
    if (state.state === 'registered') {
      if (held.unreachable !== undefined) viewer.tell({ type: 'reachable' });
      held.unreachable = undefined;
    } else if (state.state === 'refused' && state.status < 500) {
      held.unreachable =
        state.status === TAKEN
          ? `“${held.name}” is taken elsewhere: you can watch, but nobody can call you by this name.`
          : `Signaling does not take your name (${state.status}): you can watch, but nobody can call you.`;
      viewer.tell({ type: 'unreachable', message: held.unreachable });
    }
  }

  #drop(viewer: Viewer, held: Held): void {
    this.#held.delete(viewer);
    this.#byCallId.delete(held.registration.callId);
    void held.registration.stop();
  }

  #hearStray(response: SipResponse): void {
    this.#byCallId.get(response.callId)?.hearStray(response);
  }
}
