/** A call once it is answered: the INVITE usage of a dialog, until one side says BYE (RFC 3261 §12 to §15). */

import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import { headerEntries, type HeaderValues } from '../transaction/responses.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import { DialogEndedError, InvitePendingError, type DialogEnd } from './errors.ts';
import type { DialogState } from './dialog-state.ts';
import type { DialogEnvironment, DialogUsage } from './environment.ts';
import { IncomingRequest, type RequestHandler } from './incoming-request.ts';
import { sendReinvite } from './reinvite.ts';
import { isTooShort } from './session-timer.ts';
import { Session, type SessionStart } from './session.ts';
import { SuccessRetransmission } from './success-retransmission.ts';

export interface DialogRequestOptions {
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly headers?: HeaderValues;
  readonly signal?: AbortSignal;
}

/** Largest number of seconds that Retry-After asks of a re-INVITE that comes while another is being answered (RFC 3261 §14.2). */
const MAX_RETRY_AFTER_SECONDS = 10;
/** A session refresh that was refused is tried again after this (RFC 3261 §14.1: 2.1 to 4 s after 491). */
const REFRESH_AGAIN_MS = 4000;

const REQUEST_TIMEOUT_REASON = 'SIP;cause=408;text="Request Timeout"';
const SESSION_EXPIRED_REASON = 'SIP;cause=408;text="Session Expired"';

export class Dialog implements DialogUsage {
  readonly state: DialogState;
  readonly #environment: DialogEnvironment;
  /** Value of our Contact header. */
  readonly #contact: string;
  readonly #handlers = new Map<string, RequestHandler>();
  readonly #endListeners: ((reason: DialogEnd) => void)[] = [];
  readonly #session: Session;
  #ended: DialogEnd | undefined;
  #byeReason: string | undefined;
  #over: Promise<void> | undefined;
  /** Our 2xx that waits for its ACK. */
  #success: SuccessRetransmission | undefined;
  #invitePending = false;
  /** A re-INVITE that its handler has not answered yet. */
  #answering: IncomingRequest | undefined;
  #stopAnswering: Cancel = () => undefined;

  /** `contact`: value of our Contact header, the agent's own unless given. */
  constructor(environment: DialogEnvironment, state: DialogState, contact: string = environment.contact) {
    this.#environment = environment;
    this.#contact = contact;
    this.state = state;
    this.#session = new Session(environment, {
      refresh: () => void this.#refresh(),
      expire: () => this.#giveUp('session-expired', SESSION_EXPIRED_REASON),
    });
    environment.remember(state.id, this);
  }

  get callId(): string {
    return this.state.callId;
  }

  get localTag(): string {
    return this.state.localTag;
  }

  get remoteTag(): string {
    return this.state.remoteTag;
  }

  /** URI that requests of this dialog are addressed to. */
  get remoteTarget(): string {
    return this.state.remoteTarget;
  }

  /** Undefined while it lasts. */
  get ended(): DialogEnd | undefined {
    return this.#ended;
  }

  /** The Reason header (RFC 3326) of the BYE that the other side said, if it gave one. */
  get byeReason(): string | undefined {
    return this.#byeReason;
  }

  /**
   * Handles requests of this method inside this dialog; for BYE see `onEnded`. Without handler a re-INVITE or UPDATE that only
   * keeps the session alive is answered with what was agreed, and one that would change it with 488.
   */
  onRequest(method: string, handler: RequestHandler): void {
    this.#handlers.set(method, handler);
  }

  /** Called once, at once when the dialog has ended already. */
  onEnded(listener: (reason: DialogEnd) => void): void {
    if (this.#ended) listener(this.#ended);
    else this.#endListeners.push(listener);
  }

  /**
   * Sends a request inside the dialog; a re-INVITE is acknowledged by the dialog itself. Any final response resolves; 481 and
   * 408 end the dialog (§12.2.1.2). A re-INVITE that meets another gets 491, to be tried again by whoever sent it.
   * @throws TransactionTimeoutError (the dialog has ended then), TransportError, RequestAbortedError, DialogEndedError
   */
  async request(method: string, options: DialogRequestOptions = {}): Promise<SipResponse> {
    if (this.#ended) throw new DialogEndedError(method, this.callId, this.#ended);
    const request = this.#createRequest(method, options);
    try {
      const response = await (method === 'INVITE' ? this.#reinvite(request) : this.#send(request, options.signal));
      if (response.status === 481) this.#end('unknown-to-peer');
      else if (response.status === 408) this.#giveUp();
      else if (response.status < 300) this.#succeeded(request, response);
      return response;
    } catch (error) {
      if (error instanceof TransactionTimeoutError) this.#giveUp();
      throw error;
    }
  }

  /** Ends the call. Resolves when the other side has answered or 64·T1 have passed; never rejects. `reason` is a Reason header (RFC 3326). */
  bye(reason?: string): Promise<void> {
    if (this.#ended) return this.#over ?? Promise.resolve();
    this.#finish('local-bye');
    this.#over = this.#sayBye(reason);
    this.#announce('local-bye');
    return this.#over;
  }

  /** @internal The call was answered. */
  begin(start: SessionStart): void {
    this.#session.begin(start);
  }

  /** @internal */
  close(): Promise<void> {
    return this.bye();
  }

  /** @internal A request that belongs to this dialog. */
  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const incoming = this.#incoming(transaction);
    if (!this.state.acceptSequence(request)) {
      incoming.reply(500, { reason: 'CSeq Out of Order' });
      return;
    }
    if (request.method === 'BYE') {
      this.#receiveBye(incoming);
      return;
    }
    if (this.#ended) {
      incoming.reply(481);
      return;
    }
    if (request.method === 'INVITE' || request.method === 'UPDATE') {
      this.#receiveChange(transaction);
      return;
    }
    const handler = this.#handlers.get(request.method);
    if (!handler) {
      this.#environment.fallback(incoming);
      return;
    }
    this.#environment.run(incoming, handler);
  }

  /** @internal */
  receiveAck(ack: SipRequest): void {
    if (this.#success?.sequence === ack.cseq.number) this.#success.acknowledge(ack);
  }

  /** @internal Sends a 2xx to an INVITE until its ACK comes; without one within 64·T1 the dialog ends with a BYE. */
  succeed(transaction: ServerTransaction, response: SipResponse, onAck: (ack: SipRequest) => void = () => undefined): void {
    this.#success?.stop();
    this.#success = new SuccessRetransmission({
      layer: this.#environment.layer,
      transaction,
      response,
      onAck: (ack) => {
        this.#success = undefined;
        onAck(ack);
      },
      onTimeout: () => this.#giveUp(),
    });
  }

  #createRequest(method: string, options: DialogRequestOptions): SipRequest {
    const request = this.state.createRequest(method);
    const { headers } = request;
    if (method === 'INVITE' || method === 'UPDATE') {
      headers.append('Contact', this.#contact);
      for (const [name, value] of this.#session.requestHeaders) headers.append(name, value);
    }
    for (const [name, value] of this.#environment.requestHeaders) headers.append(name, value);
    for (const [name, value] of headerEntries(options.headers ?? [])) headers.append(name, value);
    if (options.contentType !== undefined) headers.append('Content-Type', options.contentType);
    if (options.body !== undefined) request.body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
    return request;
  }

  #send(request: SipRequest, signal?: AbortSignal): Promise<SipResponse> {
    return this.#environment.send(request, { nextHop: this.state.nextHop(), signal, nextSequence: () => ++this.state.localSequence });
  }

  async #reinvite(request: SipRequest): Promise<SipResponse> {
    if (this.#invitePending || this.#answering?.pending) throw new InvitePendingError(this.callId);
    this.#invitePending = true;
    try {
      return await sendReinvite(this.#environment, this.state, request);
    } finally {
      this.#invitePending = false;
    }
  }

  #incoming(transaction: ServerTransaction, respond?: (response: SipResponse) => void): IncomingRequest {
    const { responseHeaders } = this.#environment;
    return new IncomingRequest({ transaction, localTag: this.localTag, responseHeaders, dialog: this, ...(respond ? { respond } : {}) });
  }

  #receiveBye(bye: IncomingRequest): void {
    bye.reply(200);
    if (this.#answering?.pending) this.#answering.reply(487);
    if (this.#ended) return;
    this.#byeReason = bye.request.headers.get('Reason');
    this.#finish('remote-bye');
    this.#environment.forget(this.state.id);
    this.#announce('remote-bye');
  }

  #succeeded(request: SipRequest, response: SipResponse): void {
    const { method } = request;
    this.state.refreshTarget(method, response);
    if (method === 'INVITE' || method === 'UPDATE') this.#session.answered(request, response);
  }

  /** §14.2: one re-INVITE at a time in each direction; RFC 3311 §5.2 says the same of UPDATE. */
  #receiveChange(transaction: ServerTransaction): void {
    const { request } = transaction;
    const incoming = this.#incoming(transaction, (response) => this.#answerChange(transaction, response));
    const isInvite = request.method === 'INVITE';
    if (this.#answering?.pending && (isInvite || request.body.length > 0)) {
      incoming.reply(500, { headers: { 'Retry-After': this.#retryAfter() } });
    } else if (this.#invitePending && (isInvite || request.body.length > 0)) {
      incoming.reply(491);
    } else if (isTooShort(request, this.#environment.sessionTimers)) {
      incoming.reply(422, { headers: { 'Min-SE': String(this.#environment.sessionTimers?.minSe) } });
    } else {
      if (isInvite) this.#await(incoming);
      this.#environment.run(incoming, this.#handlers.get(request.method) ?? ((refresh) => this.#answerRefresh(refresh)));
    }
  }

  /** A re-INVITE whose handler never answers would bar all others. */
  #await(incoming: IncomingRequest): void {
    const { clock, timers } = this.#environment.layer;
    this.#answering = incoming;
    this.#stopAnswering = clock.setTimeout(() => incoming.reply(500), transactionLifetime(timers));
    incoming.transaction.attach({ onCancel: () => incoming.reply(487) });
  }

  /** Nobody wants to know of changes: what changes nothing is granted. */
  #answerRefresh(incoming: IncomingRequest): void {
    const { request } = incoming;
    if (!this.#session.isRefresh(request)) incoming.reply(488);
    else incoming.reply(200, request.method === 'INVITE' ? this.#session.description : {});
  }

  #retryAfter(): string {
    return String(Number.parseInt(this.#environment.layer.random.token(1), 16) % (MAX_RETRY_AFTER_SECONDS + 1));
  }

  #answerChange(transaction: ServerTransaction, response: SipResponse): void {
    const { request } = transaction;
    if (request.method === 'INVITE' && response.status >= 200) this.#stopAnswering();
    if (response.status < 200 || response.status >= 300) {
      transaction.respond(response);
      return;
    }
    this.state.refreshTarget(request.method, request);
    if (!response.headers.has('Contact')) response.headers.append('Contact', this.#contact);
    this.#session.answer(request, response);
    if (request.method === 'INVITE') this.succeed(transaction, response);
    else transaction.respond(response);
  }

  /** RFC 4028 §7.4. What goes wrong is tried again until the session expires. */
  async #refresh(): Promise<void> {
    try {
      const method = this.#session.refreshMethod;
      const response = await this.request(method, method === 'INVITE' ? this.#session.description : {});
      if (response.status < 300 || this.#ended) return;
      if (response.status === 422) this.#session.timer.raise(Number.parseInt(response.headers.get('Min-SE') ?? '0', 10) || 0);
    } catch (error) {
      this.#environment.report(error, 'The session could not be refreshed', this.callId);
    }
    if (!this.#ended) this.#session.timer.refreshAfter(REFRESH_AGAIN_MS);
  }

  /** The other side is silent: say BYE, in case it hears after all, and expect nothing. */
  #giveUp(reason: DialogEnd = 'timeout', header: string = REQUEST_TIMEOUT_REASON): void {
    if (this.#ended) return;
    this.#finish(reason);
    this.#over = this.#sayBye(header);
    this.#announce(reason);
  }

  #end(reason: DialogEnd): void {
    if (this.#ended) return;
    this.#finish(reason);
    this.#environment.forget(this.state.id);
    this.#announce(reason);
  }

  #finish(reason: DialogEnd): void {
    this.#ended = reason;
    this.#session.timer.stop();
    this.#success?.stop();
    this.#success = undefined;
  }

  async #sayBye(reason: string | undefined): Promise<void> {
    const bye = this.#createRequest('BYE', reason === undefined ? {} : { headers: { Reason: reason } });
    try {
      await this.#send(bye);
    } catch (error) {
      this.#environment.report(error, 'BYE was not answered', this.callId);
    } finally {
      // Until now a BYE that crossed ours found the dialog and got its 200.
      this.#environment.forget(this.state.id);
    }
  }

  #announce(reason: DialogEnd): void {
    for (const listener of this.#endListeners.splice(0)) listener(reason);
  }
}
