/** Finds who handles an incoming request (RFC 3261 §8.2, §12.2.2): a dialog, a registered handler, or nobody. */

import { dialogId } from '../dialog/dialog-state.ts';
import type { DialogEnvironment, DialogUsage } from '../dialog/environment.ts';
import { IncomingRequest, type RequestHandler } from '../dialog/incoming-request.ts';
import type { SipRequest } from '../message/message.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import { IncomingCall } from './incoming-call.ts';
import { refuseContent, refuseExtensions, refuseInterval, refuseMethod, refuseScheme, type Refusal } from './inspection.ts';
import { MergedRequests } from './merged-requests.ts';

export interface HandlerOptions {
  /** Media types of the bodies that the handler reads, in lower case; others are refused with 415. Anything, when missing. */
  readonly accepts?: readonly string[];
}

interface Registered<Handler> extends HandlerOptions {
  readonly handler: Handler;
}

export type CallHandler = (call: IncomingCall) => void | Promise<void>;

/** What an agent understands without being told how. */
const OWN_METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'UPDATE', 'OPTIONS'];

export class UserAgentServer {
  readonly #environment: () => DialogEnvironment;
  readonly #supported: ReadonlySet<string>;
  readonly #software: string | undefined;
  readonly #handlers = new Map<string, Registered<RequestHandler>>();
  readonly #usages = new Map<string, DialogUsage>();
  readonly #calls = new Set<IncomingCall>();
  readonly #merged: MergedRequests;
  #callHandler: Registered<CallHandler> | undefined;
  closing = false;

  /** `supported`: option tags that requests may Require, in lower case; `software`: Server of answers to OPTIONS, where it stands in no others. */
  constructor(environment: () => DialogEnvironment, layer: DialogEnvironment['layer'], supported: ReadonlySet<string>, software?: string) {
    this.#environment = environment;
    this.#software = software;
    this.#supported = supported;
    this.#merged = new MergedRequests(transactionLifetime(layer.timers), () => layer.clock.now());
  }

  handle(method: string, handler: RequestHandler, options: HandlerOptions): void {
    this.#handlers.set(method, { ...options, handler });
  }

  onCall(handler: CallHandler, options: HandlerOptions): void {
    this.#callHandler = { ...options, handler };
  }

  remember(id: string, usage: DialogUsage): void {
    this.#usages.set(id, usage);
  }

  forget(id: string): void {
    this.#usages.delete(id);
  }

  /** Every dialog there is, and calls that nobody has answered yet. */
  get usages(): Iterable<DialogUsage> {
    return this.#usages.values();
  }

  get ringing(): Iterable<IncomingCall> {
    return this.#calls;
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { tag } = request.to;
    if (tag !== undefined) this.#receiveInDialog(transaction, tag);
    else this.#receiveOutside(transaction);
  }

  /** @returns whether it belonged to a dialog of ours */
  receiveAck(ack: SipRequest): boolean {
    const usage = this.#usages.get(dialogId(ack.callId, ack.to.tag ?? '', ack.from.tag ?? ''));
    usage?.receiveAck?.(ack);
    return usage !== undefined;
  }

  /** Handles a request that its dialog has no handler for. */
  fallback(incoming: IncomingRequest): void {
    const { method } = incoming.request;
    const registered = this.#handlers.get(method);
    if (registered) this.run(incoming, registered.handler);
    else if (method === 'OPTIONS') this.#answerOptions(incoming);
    else refuse(incoming, refuseMethod(method, this.allow));
  }

  run(incoming: IncomingRequest, handler: RequestHandler): void {
    this.#guard(incoming, () => handler(incoming));
  }

  #receiveInDialog(transaction: ServerTransaction, localTag: string): void {
    const { request } = transaction;
    const incoming = this.#incoming(transaction, localTag);
    const refusal = refuseExtensions(request, this.#supported);
    if (refusal) {
      refuse(incoming, refusal);
      return;
    }
    const remoteTag = request.from.tag ?? '';
    const usage = this.#usages.get(dialogId(request.callId, localTag, remoteTag)) ?? this.#usages.get(dialogId(request.callId, localTag, ''));
    if (usage) usage.receive(transaction);
    else incoming.reply(481);
  }

  #receiveOutside(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { method } = request;
    const incoming = this.#incoming(transaction, this.#environment().layer.newTag());
    if (method === 'CANCEL' || method === 'BYE' || method === 'UPDATE') {
      incoming.reply(481);
      return;
    }
    const registered = method === 'INVITE' ? this.#callHandler : this.#handlers.get(method);
    const refusal =
      (registered === undefined && method !== 'OPTIONS' ? refuseMethod(method, this.allow) : undefined) ??
      refuseScheme(request) ??
      (this.#merged.isMerged(request) ? { status: 482, options: {} } : undefined) ??
      refuseExtensions(request, this.#supported) ??
      refuseContent(request, registered?.accepts) ??
      (method === 'INVITE' ? refuseInterval(request, this.#environment().sessionTimers) : undefined) ??
      (this.closing ? { status: 503, options: {} } : undefined);
    if (refusal) refuse(incoming, refusal);
    else if (method === 'INVITE') this.#ring(transaction, incoming);
    else this.fallback(incoming);
  }

  #ring(transaction: ServerTransaction, incoming: IncomingRequest): void {
    const registered = this.#callHandler;
    if (!registered) return;
    const call = new IncomingCall(this.#environment(), transaction, incoming.localTag);
    this.#calls.add(call);
    call.onDecided(() => this.#calls.delete(call));
    this.#guard(call, () => registered.handler(call));
  }

  #guard(target: IncomingRequest | IncomingCall, handle: () => void | Promise<void>): void {
    const failed = (error: unknown): void => {
      const { method, callId } = target.request;
      this.#environment().report(error, `The handler of ${method} failed`, callId);
      if (target instanceof IncomingCall) target.reject(500);
      else target.reply(500);
    };
    try {
      const result = handle();
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #incoming(transaction: ServerTransaction, localTag: string): IncomingRequest {
    return new IncomingRequest({ transaction, localTag, responseHeaders: this.#environment().responseHeaders });
  }

  /** OPTIONS tells what we understand (§11.2); a body comes back as it went, which makes it a ping. */
  #answerOptions(incoming: IncomingRequest): void {
    const { body } = incoming.request;
    const contentType = incoming.request.headers.get('Content-Type');
    const headers: [string, string][] = [['Allow', this.allow]];
    if (this.#supported.size > 0) headers.push(['Supported', [...this.#supported].join(', ')]);
    if (this.#software !== undefined) headers.push(['Server', this.#software]);
    const accepts = this.#callHandler?.accepts;
    if (accepts) headers.push(['Accept', accepts.join(', ')]);
    incoming.reply(200, { headers, ...(body.length > 0 ? { body, contentType: contentType ?? 'application/octet-stream' } : {}) });
  }

  /** Value of our Allow header. */
  get allow(): string {
    return [...new Set([...(this.#callHandler ? OWN_METHODS : ['OPTIONS']), ...this.#handlers.keys()])].join(', ');
  }
}

function refuse(incoming: IncomingRequest, refusal: Refusal): void {
  incoming.reply(refusal.status, refusal.options);
}
