/**
 * ICE's side of one viewer's connection (RFC 8445): a streamer answers, so it is controlled, and it has one socket. It proves that the
 * viewer can be reached, follows him when he nominates another way, and asks for his consent as long as media flows (RFC 7675). A relay
 * offers, so it is controlling: the first way that works is the one that it nominates.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { CheckReport } from '../diagnosis/connection-report.ts';
import { BINDING_REQUEST, BINDING_SUCCESS, isAuthentic, readStun, writeBindingError, writeBindingRequest, writeBindingSuccess, type StunMessage } from './stun.ts';

const TRANSACTION_BYTES = 12;
const ROLE_CONFLICT = 487;
/** Our candidates are all alike, and what we think of them matters to nobody but the viewer's own list. */
const PRIORITY = 0x6e00_01ff;

/** No browser has nearly as many addresses; whoever claims more is not answered. */
const MAX_PAIRS = 32;
/** Between the first checks of the candidates that were offered (RFC 8445 §14.2). */
const PACING_MS = 50;
/** A check that is not answered is repeated, each time after twice as long. */
const FIRST_RETRANSMIT_MS = 100;
const MAX_TRANSMISSIONS = 7;
/** A pair that was not nominated again for so long gives way to any other that is. */
const NOMINATION_HOLDS_MS = 3_000;

const CONSENT_INTERVAL_MS = 5_000;
/** Uneven, so that hundreds of viewers are not asked at once (RFC 7675 §5.1). */
const CONSENT_JITTER = 0.2;
export const CONSENT_TIMEOUT_MS = 30_000;
/** A question that is asked later than this was held up by ourselves: answers may lie in the socket, unread. */
const HELD_UP_MS = 500;
/** How many questions may be lost before a viewer is taken to be gone. */
const LEAST_QUESTIONS = 6;

export interface IceCredentials {
  readonly ufrag: string;
  readonly password: string;
}

/** Who has offered is controlling (RFC 8445 §6.1.1). */
export type IceRole = 'controlled' | 'controlling';

export interface IceAgentOptions {
  /** Controlled unless given. */
  readonly role?: IceRole;
  readonly local: IceCredentials;
  readonly remote: IceCredentials;
  /** Where the viewer says that he can be reached; his checks may come from anywhere. */
  readonly candidates: readonly { readonly host: string; readonly port: number }[];
  readonly send: (datagram: Buffer, host: string, port: number) => void;
  /** Hears each time which way is to be used from now on: the first time when the connection is up. */
  readonly onSelected: (host: string, port: number) => void;
  /** Hears once that the viewer has not consented for too long. */
  readonly onLost: () => void;
  /** {@link CONSENT_TIMEOUT_MS} unless given. */
  readonly consentTimeoutMs?: number;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

/** One address of the viewer's, seen from our one socket. */
interface Pair {
  readonly host: string;
  readonly port: number;
  /** Whether a check of ours was answered. */
  valid: boolean;
  /** Whether a check of the viewer's came from there. */
  heard: boolean;
  /** When the viewer last asked for this way, in ms of the clock; undefined when he never did. */
  nominatedAt: number | undefined;
  /** What the viewer thinks of it. */
  priority: number;
  /** Of the check that is under way. */
  transaction: Buffer | undefined;
  cancelRepeat: Cancel | undefined;
}

export class IceAgent {
  readonly #options: IceAgentOptions;
  readonly #role: IceRole;
  readonly #pairs = new Map<string, Pair>();
  readonly #cancelStarts: Cancel[];
  #tieBreaker = 0n;
  #selected: Pair | undefined;
  #consentedAt = 0;
  /** When something authentic last came over the selected way, as far as that was looked at. */
  #aliveAt = 0;
  #heard = false;
  readonly #counts = { received: 0, sent: 0, answered: 0 };
  /** Since he consented last, the latest: his answer to any of them may take longer than the time between two (RFC 7675 §5.1). */
  readonly #questions: Buffer[] = [];
  #cancelConsent: Cancel | undefined;
  #closed = false;

  /** Begins to check at once. */
  constructor(options: IceAgentOptions) {
    this.#options = options;
    this.#role = options.role ?? 'controlled';
    this.#tieBreaker = options.randomBytes(8).readBigUInt64BE();
    this.#cancelStarts = options.candidates.map(({ host, port }, place) => options.clock.setTimeout(() => this.#checkNew(host, port), place * PACING_MS));
  }

  /** Where media goes; undefined before a way that works was nominated. */
  get selected(): { readonly host: string; readonly port: number } | undefined {
    return this.#selected;
  }

  /** What has come of checking, for whoever wants to know why nothing did. */
  get checks(): CheckReport {
    return { ...this.#counts, from: [...this.#pairs.values()].filter(({ heard }) => heard).map(({ host, port }) => `${host}:${port}`) };
  }

  /** Whether something that comes from there can be the viewer's: only he knows what a check has to say. */
  knows(host: string, port: number): boolean {
    return this.#pairs.get(`${host}:${port}`)?.valid === true;
  }

  /** Another address at which he says that he can be reached. */
  tryCandidate(host: string, port: number): void {
    if (!this.#closed) this.#checkNew(host, port);
  }

  /** Takes a datagram that is STUN's; what is malformed or not from the viewer is ignored. */
  receive(datagram: Buffer, host: string, port: number): void {
    const message = readStun(datagram);
    if (!message || this.#closed) return;
    if (message.type === BINDING_REQUEST) this.#answer(datagram, message, host, port);
    else if (message.type === BINDING_SUCCESS) this.#conclude(datagram, message, host, port);
  }

  /**
   * To be called when something authentic has come from him: whoever is too busy to answer questions is not gone. It counts where consent
   * ends sooner than it has to, and never for longer than RFC 7675 §5.1 allows.
   */
  noteAlive(): void {
    this.#heard = true;
  }

  /** Stops checking; nothing is heard any more. */
  close(): void {
    this.#closed = true;
    this.#cancelConsent?.();
    for (const cancel of this.#cancelStarts) cancel();
    for (const pair of this.#pairs.values()) pair.cancelRepeat?.();
  }

  #answer(datagram: Buffer, message: StunMessage, host: string, port: number): void {
    const { local, remote, send, clock } = this.#options;
    if (message.username !== `${local.ufrag}:${remote.ufrag}` || !isAuthentic(datagram, message, local.password)) return;
    this.#counts.received++;
    if (message.role === this.#role) {
      send(writeBindingError(message.transaction, ROLE_CONFLICT, local.password), host, port);
      return;
    }
    const pair = this.#pairs.get(`${host}:${port}`) ?? this.#addPair(host, port);
    if (!pair) return;
    send(writeBindingSuccess(message.transaction, pair, local.password), host, port);
    pair.heard = true;
    pair.priority = message.priority;
    if (message.useCandidate) pair.nominatedAt = clock.now();
    if (pair.valid) this.#consider(pair);
    else if (!pair.transaction) this.#check(pair);
  }

  #addPair(host: string, port: number): Pair | undefined {
    if (this.#pairs.size >= MAX_PAIRS) return undefined;
    const pair: Pair = { host, port, valid: false, heard: false, nominatedAt: undefined, priority: 0, transaction: undefined, cancelRepeat: undefined };
    this.#pairs.set(`${host}:${port}`, pair);
    return pair;
  }

  #checkNew(host: string, port: number): void {
    if (this.#pairs.has(`${host}:${port}`)) return;
    const pair = this.#addPair(host, port);
    if (pair) this.#check(pair);
  }

  #check(pair: Pair): void {
    const request = this.#request(pair);
    const transmit = (sent: number): void => {
      this.#options.send(request, pair.host, pair.port);
      this.#counts.sent++;
      pair.cancelRepeat = this.#options.clock.setTimeout(() => {
        if (sent < MAX_TRANSMISSIONS) transmit(sent + 1);
        else pair.transaction = undefined;
      }, FIRST_RETRANSMIT_MS * 2 ** (sent - 1));
    };
    transmit(1);
  }

  #request(pair: Pair): Buffer {
    const { local, remote, randomBytes } = this.#options;
    pair.transaction = randomBytes(TRANSACTION_BYTES);
    return writeBindingRequest({
      transaction: pair.transaction,
      username: `${remote.ufrag}:${local.ufrag}`,
      password: remote.password,
      priority: PRIORITY,
      role: this.#role,
      tieBreaker: this.#tieBreaker,
      useCandidate: this.#role === 'controlling' && pair === this.#selected,
    });
  }

  /** Only what comes from where the check went to counts (RFC 8445 §7.2.5.2.1). */
  #conclude(datagram: Buffer, message: StunMessage, host: string, port: number): void {
    const pair = this.#pairs.get(`${host}:${port}`);
    if (!pair || !this.#hasAsked(pair, message.transaction) || !isAuthentic(datagram, message, this.#options.remote.password)) return;
    this.#counts.answered++;
    pair.transaction = undefined;
    pair.cancelRepeat?.();
    pair.valid = true;
    if (pair === this.#selected) this.#noteConsent();
    if (this.#role === 'controlling') this.#nominate(pair);
    else this.#consider(pair);
  }

  /** The first way that works is taken (RFC 8445 §8.1.1); the other is told so by a further check. */
  #nominate(pair: Pair): void {
    if (this.#selected) return;
    this.#select(pair);
    this.#check(pair);
  }

  #hasAsked(pair: Pair, transaction: Buffer): boolean {
    return pair.transaction?.equals(transaction) === true || (pair === this.#selected && this.#questions.some((question) => question.equals(transaction)));
  }

  #noteConsent(): void {
    this.#consentedAt = this.#options.clock.now();
    this.#questions.length = 0;
  }

  /** Whether the viewer wants to be sent to there. Where he nominates several ways at once, the one that he values most is taken. */
  #consider(pair: Pair): void {
    const { clock } = this.#options;
    const present = this.#selected;
    if (this.#role === 'controlling' || pair.nominatedAt === undefined || pair === present) return;
    if (present?.nominatedAt !== undefined && present.priority >= pair.priority && clock.now() - present.nominatedAt < NOMINATION_HOLDS_MS) return;
    this.#select(pair);
  }

  #select(pair: Pair): void {
    const { clock, onSelected } = this.#options;
    const isFirst = !this.#selected;
    this.#selected = pair;
    this.#consentedAt = clock.now();
    if (isFirst) this.#scheduleConsent();
    onSelected(pair.host, pair.port);
  }

  #scheduleConsent(): void {
    const { clock, randomBytes, consentTimeoutMs = CONSENT_TIMEOUT_MS } = this.#options;
    const uneven = 1 + CONSENT_JITTER * ((randomBytes(1).readUInt8(0) / 0xff) * 2 - 1);
    const left = this.#end(consentTimeoutMs) - clock.now();
    const wait = Math.min(Math.min(CONSENT_INTERVAL_MS, consentTimeoutMs / LEAST_QUESTIONS) * uneven, left);
    const due = clock.now() + wait;
    this.#cancelConsent = clock.setTimeout(() => {
      const late = clock.now() - due;
      if (late > HELD_UP_MS) this.#consentedAt += late;
      this.#askForConsent();
    }, wait);
  }

  #askForConsent(): void {
    const { clock, send, onLost, consentTimeoutMs = CONSENT_TIMEOUT_MS } = this.#options;
    const pair = this.#selected;
    if (!pair) return;
    if (this.#heard) this.#aliveAt = clock.now();
    this.#heard = false;
    if (clock.now() >= this.#end(consentTimeoutMs)) {
      this.close();
      onLost();
      return;
    }
    const question = this.#request(pair);
    if (pair.transaction) this.#questions.push(pair.transaction);
    if (this.#questions.length > LEAST_QUESTIONS) this.#questions.shift();
    send(question, pair.host, pair.port);
    this.#scheduleConsent();
  }

  /** When he is taken to be gone, if nothing more comes. */
  #end(consentTimeoutMs: number): number {
    return Math.max(this.#consentedAt + consentTimeoutMs, Math.min(this.#aliveAt + consentTimeoutMs, this.#consentedAt + CONSENT_TIMEOUT_MS));
  }
}
