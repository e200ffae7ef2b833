/**
 * Keeps one name in signaling's directory (RFC 3261 §10.2): registers, refreshes at half of what it was granted, tries again
 * when nobody answers, registers at once when another of several registrars is asked from now on or when a restarted signaling says by a stray 403 that it has forgotten us, and leaves.
 */
import type { Logger } from '../log/logger.ts';
import { parseNameAddress, type Agent, type Cancel, type Clock, type SipRequest, type SipResponse } from '../sip/index.ts';
import { Backoff } from './backoff.ts';

export const DEFAULT_EXPIRES_SECONDS = 60;

/** Signaling that returns is to be found within a few seconds. */
const RETRY = { firstMs: 500, maxMs: 4_000 } as const;
/** Who denies our name will not change his mind at once. */
const DENIED_RETRY = { firstMs: 5_000, maxMs: 30_000 } as const;
/** Stray 403s are repeated: within this time of a REGISTER they ask for nothing new. */
const STRAY_PAUSE_MS = 300;
const FAREWELL_LIMIT_MS = 1_500;
const MAX_RETRY_AFTER_SECONDS = 60;
/** Up to this part of a refresh interval is taken off at random, so that those who registered together drift apart. */
const REFRESH_JITTER = 0.2;

/** What became of the latest REGISTER; a refusal with its status and the registrar's words. */
export type RegistrationState = { readonly state: 'registered' } | { readonly state: 'refused'; readonly status: number; readonly reason: string } | { readonly state: 'unanswered' };

export interface RegistrationOptions {
  readonly agent: Agent;
  /** The registrar's URI, such as `sip:127.0.0.1:5060`. */
  readonly registrar: string;
  /** Our address of record, such as `sip:sample@127.0.0.1:5060`. */
  readonly addressOfRecord: string;
  /** Where we are to be called. */
  readonly contact: string;
  /** What stands behind the contact now, such as `;load=0.4`; nothing unless given. */
  readonly contactParameters?: () => string;
  /** User-Agent, where the agent says none of its own. */
  readonly product?: string;
  readonly callId: string;
  readonly tag: string;
  readonly body: string;
  readonly contentType: string;
  readonly expiresSeconds?: number;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** How long a REGISTER that is due now has to wait, ms: many names behind one socket are not to register all at once. */
  readonly pace?: () => number;
  /** The least CSeq of a REGISTER that is sent now, where somebody else may have used this Call-ID before. */
  readonly sequence?: () => number;
  /** Hears of every change. */
  readonly onState?: (state: RegistrationState) => void;
}

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #backoff: Backoff;
  readonly #denied: Backoff;
  #expiresSeconds: number;
  #sequence = 0;
  #registered = false;
  /** Set while a REGISTER is under way. */
  #sending: AbortController | undefined;
  #sentAt = -Infinity;
  #cancelNext: Cancel | undefined;
  /** It waits for its turn to register at once. */
  #waitsForTurn = false;
  #state = '';
  #complained: string | undefined;
  #stopped = false;
  #stopWatching: Cancel = () => undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#expiresSeconds = options.expiresSeconds ?? DEFAULT_EXPIRES_SECONDS;
    this.#backoff = new Backoff(RETRY, options.random);
    this.#denied = new Backoff(DENIED_RETRY, options.random);
  }

  get callId(): string {
    return this.#options.callId;
  }

  get registered(): boolean {
    return this.#registered;
  }

  start(): void {
    // Another registrar may not have heard of us.
    this.#stopWatching = this.#options.agent.servers?.onPreferred(() => this.#registerInTurn()) ?? this.#stopWatching;
    this.#registerInTurn();
  }

  /** What we say of ourselves has changed: registers at once, unless we are about to anyway. */
  renew(): void {
    if (!this.#stopped && this.#registered && !this.#sending) this.#registerInTurn();
  }

  /**
   * A response that belongs to no transaction: a registrar that was restarted says so by a 403 to what we once registered with.
   * What is for others is ignored.
   */
  hearStray(response: SipResponse): void {
    const { callId, tag, clock, log } = this.#options;
    if (this.#stopped || response.status !== 403) return;
    if (response.callId !== callId || response.from.tag !== tag || response.cseq.method !== 'REGISTER') return;
    if (this.#waitsForTurn || clock.now() - this.#sentAt < STRAY_PAUSE_MS) return;
    log.info({ callId }, 'signaling was restarted; registering again');
    this.#registerInTurn();
  }

  /** Stops refreshing and takes us out of the directory; waits for the answer a little while. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopWatching();
    this.#cancelNext?.();
    // A REGISTER that is under way may have arrived.
    const mayBeThere = this.#registered || this.#sending !== undefined;
    this.#sending?.abort();
    if (!mayBeThere) return;
    this.#registered = false;
    const farewell = new AbortController();
    const cancel = this.#options.clock.setTimeout(() => farewell.abort(), FAREWELL_LIMIT_MS);
    try {
      await this.#options.agent.request(this.#request(0), { signal: farewell.signal });
    } catch (err) {
      this.#options.log.debug({ err }, 'signaling did not confirm that we left');
    } finally {
      cancel();
    }
  }

  #request(expires: number): SipRequest {
    const { agent, registrar, addressOfRecord, contact, contactParameters, product, callId, tag, body, contentType, sequence } = this.#options;
    this.#sequence = Math.max(this.#sequence + 1, sequence?.() ?? 0);
    return agent.createRequest('REGISTER', registrar, {
      from: `<${addressOfRecord}>;tag=${tag}`,
      to: `<${addressOfRecord}>`,
      callId,
      cseq: this.#sequence,
      headers: { Contact: `<${contact}>${contactParameters?.() ?? ''}`, Expires: String(expires), ...(product === undefined ? {} : { 'User-Agent': product }) },
      ...(expires === 0 ? {} : { body, contentType }),
    });
  }

  #registerInTurn(): void {
    const waitMs = this.#options.pace?.() ?? 0;
    this.#waitsForTurn = waitMs > 0;
    if (waitMs === 0) void this.#register();
    else this.#next(waitMs);
  }

  async #register(): Promise<void> {
    this.#waitsForTurn = false;
    this.#cancelNext?.();
    this.#sending?.abort();
    const sending = (this.#sending = new AbortController());
    this.#sentAt = this.#options.clock.now();
    const request = this.#request(this.#expiresSeconds);
    try {
      const response = await this.#options.agent.request(request, { signal: sending.signal });
      // Credentials may have taken a CSeq of their own.
      this.#sequence = Math.max(this.#sequence, request.cseq.number, response.cseq.number);
      if (this.#sending === sending) this.#heed(response);
    } catch (error) {
      if (this.#sending !== sending) return;
      this.#become({ state: 'unanswered' });
      this.#fail(`signaling does not answer (${error instanceof Error ? error.message : String(error)})`);
    } finally {
      if (this.#sending === sending) this.#sending = undefined;
    }
  }

  #heed(response: SipResponse): void {
    if (this.#stopped) return;
    const minimum = Number(response.headers.get('Min-Expires'));
    if (response.status < 300) this.#succeed(response);
    else if (response.status === 423 && minimum > this.#expiresSeconds) {
      this.#expiresSeconds = minimum;
      this.#next(0);
    } else this.#refused(response);
  }

  #succeed(response: SipResponse): void {
    const { log, addressOfRecord, callId } = this.#options;
    this.#backoff.reset();
    this.#denied.reset();
    if (!this.#registered) log.info({ callId, addressOfRecord }, `registered as ${addressOfRecord}`);
    this.#registered = true;
    this.#complained = undefined;
    this.#become({ state: 'registered' });
    this.#next((this.#granted(response) * 1000 * (1 - REFRESH_JITTER * this.#options.random())) / 2);
  }

  /** What the registrar granted our contact, in seconds; else what it said for all, else what we asked for. */
  #granted(response: SipResponse): number {
    const ours = response.headers
      .values('Contact')
      .map((value) => parseNameAddress(value, 'Contact'))
      .find(({ uri }) => uri === this.#options.contact);
    return Math.max(1, ours?.expires ?? response.expires ?? this.#expiresSeconds);
  }

  #refused(response: SipResponse): void {
    const why = response.headers.get('Warning') ?? response.reason;
    const retryAfter = Math.min(MAX_RETRY_AFTER_SECONDS, Number.parseInt(response.headers.get('Retry-After') ?? '0', 10) || 0);
    const hint = response.status === 401 || response.status === 407 ? ' (start the services with the same --secret)' : '';
    const denied = response.status >= 400 && response.status < 500;
    this.#become({ state: 'refused', status: response.status, reason: why });
    this.#fail(`signaling refuses our registration: ${response.status} ${why}${hint}`, Math.max(retryAfter * 1000, denied ? this.#denied.next() : 0));
  }

  /** Says so once, and tries again. */
  #fail(what: string, minimumMs = 0): void {
    if (this.#stopped) return;
    const waitMs = Math.max(minimumMs, this.#backoff.next());
    if (this.#complained !== what) this.#options.log.warn({ callId: this.#options.callId, addressOfRecord: this.#options.addressOfRecord }, `${what}; trying on`);
    this.#complained = what;
    this.#registered = false;
    this.#next(waitMs);
  }

  #become(state: RegistrationState): void {
    const text = JSON.stringify(state);
    if (this.#stopped || text === this.#state) return;
    this.#state = text;
    this.#options.onState?.(state);
  }

  #next(waitMs: number): void {
    this.#cancelNext?.();
    this.#cancelNext = this.#options.clock.setTimeout(() => void this.#register(), waitMs);
  }
}
