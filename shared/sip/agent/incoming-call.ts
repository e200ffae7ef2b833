/** The INVITE server (RFC 3261 §13.3): a call that rings here and is accepted, refused, or cancelled by the caller. */

import { Dialog } from '../dialog/dialog.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import type { DialogEnvironment } from '../dialog/environment.ts';
import { answerSession } from '../dialog/session-timer.ts';
import { IncomingRequest, type ReplyOptions } from '../dialog/incoming-request.ts';
import type { SipRequest } from '../message/message.ts';
import type { Cancel } from '../timing/clock.ts';
import { headerEntries } from '../transaction/responses.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { Address } from '../transport/transport.ts';
import { AckTimeoutError, CallCancelledError } from './errors.ts';

/** How long a call may ring here when the INVITE has no Expires of its own. */
const DEFAULT_RING_LIMIT_SECONDS = 180;

export interface AcceptOptions {
  /** `application/sdp` unless told otherwise. */
  readonly contentType?: string;
  /** A Contact among them is the dialog's own from then on. */
  readonly headers?: ReplyOptions['headers'];
}

export class IncomingCall {
  readonly request: SipRequest;
  /** Where the datagram came from. */
  readonly source: Address;
  readonly #environment: DialogEnvironment;
  readonly #transaction: ServerTransaction;
  readonly #incoming: IncomingRequest;
  readonly #cancelListeners: (() => void)[] = [];
  readonly #decidedListeners: (() => void)[] = [];
  readonly #stopRinging: Cancel;
  #cancelled = false;

  /** @internal */
  constructor(environment: DialogEnvironment, transaction: ServerTransaction, localTag: string) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.request = transaction.request;
    this.source = transaction.source;
    this.#incoming = new IncomingRequest({ transaction, localTag, responseHeaders: environment.responseHeaders });
    transaction.attach({ onCancel: () => this.#onCancel() });
    const seconds = this.request.expires ?? DEFAULT_RING_LIMIT_SECONDS;
    this.#stopRinging = environment.layer.clock.setTimeout(() => this.#onCancel(), Math.min(seconds, DEFAULT_RING_LIMIT_SECONDS) * 1000);
  }

  get callId(): string {
    return this.request.callId;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** @internal Called when it has its final response. */
  onDecided(listener: () => void): void {
    this.#decidedListeners.push(listener);
  }

  /** Called when the caller gives up before the answer, or nobody answered in time; the INVITE has its 487 by then. */
  onCancelled(listener: () => void): void {
    if (this.#cancelled) listener();
    else this.#cancelListeners.push(listener);
  }

  /** A provisional response: 180 unless told otherwise. */
  ring(status = 180, options: ReplyOptions = {}): void {
    this.#incoming.reply(status, { ...options, headers: this.#dialogHeaders(options) });
  }

  /**
   * Answers with a 2xx, repeated until the caller's ACK, and resolves then. Nothing is to be sent in the dialog before.
   * @throws CallCancelledError when the caller was faster
   * @throws AckTimeoutError after 64·T1 without ACK; the dialog has got its BYE
   */
  accept(status: 200 | 202, body?: string | Buffer, options: AcceptOptions = {}): Promise<Dialog> {
    const accepted = this.#accept(status, body, options);
    // Whoever does not wait learns of the end from the dialog; the process must not.
    accepted.catch(() => undefined);
    return accepted;
  }

  async #accept(status: 200 | 202, body: string | Buffer | undefined, options: AcceptOptions): Promise<Dialog> {
    if (!this.#transaction.pending) throw new CallCancelledError(this.request.to.uri, this.callId);
    this.#decided();
    const session = answerSession(this.request, this.#environment.sessionTimers);
    const contentType = options.contentType ?? 'application/sdp';
    const response = this.#incoming.response(status, {
      headers: [['Allow', withinDialogs(this.#environment.allow)], ...(session?.headers ?? []), ...this.#dialogHeaders(options)],
      ...(body === undefined ? {} : { body, contentType }),
    });
    const dialog = new Dialog(this.#environment, DialogState.ofServer(this.request, this.#incoming.localTag), response.headers.get('Contact'));
    dialog.begin({ role: 'uas', local: response.body, contentType, remote: this.request, agreed: session?.agreed });
    return new Promise((resolve, reject) => {
      // A BYE may come without the ACK, which was lost: the caller has heard us, so there was a call.
      dialog.onEnded((reason) => (reason === 'remote-bye' ? resolve(dialog) : reject(new AckTimeoutError(this.callId))));
      dialog.succeed(this.#transaction, response, () => resolve(dialog));
    });
  }

  /** Refuses with a final response of 300 or more. */
  reject(status: number, options: ReplyOptions = {}): void {
    this.#decided();
    this.#incoming.reply(status, options);
  }

  #onCancel(): void {
    if (!this.#transaction.pending) return;
    this.#cancelled = true;
    this.reject(487);
    for (const listener of this.#cancelListeners.splice(0)) listener();
  }

  #decided(): void {
    this.#stopRinging();
    for (const listener of this.#decidedListeners.splice(0)) listener();
  }

  /** §12.1.1: what establishes the dialog carries our Contact, and the Record-Route as it came. */
  #dialogHeaders(options: { readonly headers?: ReplyOptions['headers'] }): [string, string][] {
    const given = [...headerEntries(options.headers ?? [])].map(([name, value]): [string, string] => [name, value]);
    const headers = this.request.headers.all('Record-Route').map((value): [string, string] => ['Record-Route', value]);
    if (!given.some(([name]) => name.toLowerCase() === 'contact')) headers.push(['Contact', this.#environment.contact]);
    return [...headers, ...given];
  }
}

/** A dialog is for its call alone: subscriptions have dialogs of their own (RFC 6665 §4.5.2), and each byte counts beside an answer. */
function withinDialogs(allow: string): string {
  return allow.split(', ').filter((method) => method !== 'SUBSCRIBE').join(', ');
}
