/** Each request to whom it is for: the registrar, the lists, their subscriptions, or a name and back (RFC 3261 §16.2 to §16.5). */

import type { Logger } from '../shared/log/logger.ts';
import type { RepeatedWarning } from '../shared/log/repeated-warning.ts';
import type { Agent } from '../shared/sip/agent/agent.ts';
import { refuseExtensions, refuseMethod, refuseScheme } from '../shared/sip/agent/inspection.ts';
import type { SipRequest } from '../shared/sip/message/message.ts';
import { SipSyntaxError } from '../shared/sip/message/syntax-error.ts';
import type { Proxy } from '../shared/sip/proxy/proxy.ts';
import { TooManyTransactionsError } from '../shared/sip/transaction/errors.ts';
import { createResponse } from '../shared/sip/transaction/responses.ts';
import type { ServerTransaction } from '../shared/sip/transaction/server.ts';
import type { Address } from '../shared/sip/transport/transport.ts';
import type { Admission } from './admission/admission.ts';
import type { Calls } from './calls/calls.ts';
import { DirectoryWriteError } from './directory/directory.ts';
import { answerOptions } from './list/options.ts';
import type { Lists } from './list/paged-list.ts';
import type { Registrar } from './registrar/registrar.ts';
import { Refusal } from './reply.ts';
import type { Reply } from './reply.ts';
import { checkSubscribe } from './subscriptions/request.ts';

/** What the daemon itself does; everything else it relays. */
const OWN_METHODS = 'OPTIONS, REGISTER, SUBSCRIBE';
/** Option tags that a request to the daemon itself may Require. */
const SUPPORTED: ReadonlySet<string> = new Set();
const RETRY_AFTER_SECONDS = 5;
/** By then whoever follows us is there. */
const RETRY_AFTER_DRAIN_SECONDS = 10;

export interface DispatcherOptions {
  readonly admission: Admission;
  readonly proxy: Proxy;
  readonly calls: Calls;
  readonly registrar: Registrar;
  readonly lists: Lists;
  /** Takes subscriptions, and whatever else is addressed to a dialog of the daemon's own. */
  readonly agent: Agent;
  /** Whether no further calls may begin. */
  readonly draining: () => boolean;
  readonly newTag: () => string;
  readonly log: Logger;
  readonly warnings: RepeatedWarning;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  receive(transaction: ServerTransaction): void {
    try {
      this.#route(transaction);
    } catch (error) {
      this.#fail(transaction, error);
    }
  }

  receiveAck(ack: SipRequest, source: Address): void {
    if (!this.#options.admission.admitAck(source)) return;
    try {
      this.#options.calls.relayAck(ack, source);
    } catch (error) {
      // An ACK is never answered, not even when it makes no sense.
      if (!(error instanceof SipSyntaxError)) this.#options.warnings.warn({ err: error, callId: ack.callId }, 'an ACK could not be relayed');
    }
  }

  #route(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { method } = request;
    if (method === 'CANCEL') throw new Refusal(481, 'there is no INVITE to cancel');
    const disposition = this.#options.proxy.receive(transaction);
    if (disposition === 'answered') return;
    const inDialog = request.to.tag !== undefined;
    if (method === 'REGISTER') this.#serve(transaction);
    else if (inDialog && disposition === 'elsewhere') this.#options.calls.relayInDialog(transaction);
    else if (inDialog) this.#options.agent.receive(transaction);
    else if (request.parsedUri().user === undefined) this.#serve(transaction);
    else if (method === 'INVITE' && this.#options.draining()) throw new Refusal(503, 'this daemon stops', { headers: [['Retry-After', String(RETRY_AFTER_DRAIN_SECONDS)]] });
    else this.#options.calls.relayToName(transaction);
  }

  /** What is for the daemon itself. */
  #serve(transaction: ServerTransaction): void {
    const { request } = transaction;
    const refusal = refuseScheme(request) ?? refuseExtensions(request, SUPPORTED) ?? this.#refuseMethod(request.method);
    if (refusal) {
      transaction.respond(createResponse(request, refusal.status, { ...refusal.options, toTag: this.#options.newTag() }));
      return;
    }
    if (request.method === 'SUBSCRIBE') this.#subscribe(transaction);
    else if (request.method === 'REGISTER') this.#register(transaction);
    else this.#answer(transaction, answerOptions(request, this.#options.lists, OWN_METHODS));
  }

  #refuseMethod(method: string): ReturnType<typeof refuseMethod> | undefined {
    return method === 'OPTIONS' || method === 'REGISTER' || method === 'SUBSCRIBE' ? undefined : refuseMethod(method, OWN_METHODS);
  }

  #subscribe(transaction: ServerTransaction): void {
    checkSubscribe(transaction.request);
    this.#options.agent.receive(transaction);
  }

  #register(transaction: ServerTransaction): void {
    const { request, source } = transaction;
    const { admission, registrar } = this.#options;
    registrar.register(request, source, admission.identityOf(request)).then(
      (reply) => this.#answer(transaction, reply),
      (error: unknown) => this.#fail(transaction, error),
    );
  }

  #answer(transaction: ServerTransaction, reply: Reply): void {
    transaction.respond(createResponse(transaction.request, reply.status, { ...reply, toTag: reply.toTag ?? this.#options.newTag() }));
  }

  #fail(transaction: ServerTransaction, error: unknown): void {
    const { request, source } = transaction;
    const refusal = this.#refusalOf(error, request);
    this.#options.log.debug({ callId: request.callId, method: request.method, source, status: refusal.status }, refusal.message);
    this.#answer(transaction, refusal.toReply());
  }

  #refusalOf(error: unknown, request: SipRequest): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof SipSyntaxError) return new Refusal(error.status, error.message, { cause: error });
    const busy = { headers: [['Retry-After', String(RETRY_AFTER_SECONDS)]] as const, cause: error };
    if (error instanceof DirectoryWriteError) return new Refusal(503, 'the directory cannot be written now', busy);
    if (error instanceof TooManyTransactionsError) return new Refusal(503, 'too much is going on', busy);
    this.#options.warnings.warn({ err: error, callId: request.callId }, `a ${request.method} failed by a fault of ours`);
    return new Refusal(500, 'a fault of this server', { cause: error });
  }
}
