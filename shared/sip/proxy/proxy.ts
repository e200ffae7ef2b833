/** A stateful, record-routing proxy (RFC 3261 §16). It keeps transactions, no dialogs: requests inside one carry their route with them. */

import type { SipRequest } from '../message/message.ts';
import type { Uri } from '../message/uri.ts';
import { BRANCH_COOKIE } from '../message/via.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import { createResponse, type ResponseOptions } from '../transaction/responses.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import type { Address } from '../transport/transport.ts';
import { shareOfBreadth } from './breadth.ts';
import { isLoop, proxyBranch, routeFingerprint } from './loop.ts';
import { ResponseContext, type RelayHooks, type Relaying, type Target } from './response-context.ts';
import { Routing } from './routing.ts';
import { askForInterval, grantInterval } from './session-interval.ts';

/** RFC 3261 §16.6.11: more than three minutes. */
const DEFAULT_TIMER_C_MS = 181_000;

export interface ProxyOptions {
  readonly layer: TransactionLayer;
  /** The sip URI, with `lr`, that later requests of a dialog come back by. */
  readonly recordRoute: string;
  /** Whether a Request-URI is in the domain that we are responsible for; our own address always is. */
  readonly isOurs?: (uri: Uri) => boolean;
  /** Whether another proxy is there that shares all we know: a Route or a Request-URI that names it is ours too, since it may be gone. */
  readonly isPeer?: (address: Address) => boolean;
  /** How long an INVITE may ring at a target without a further provisional response, ms. */
  readonly timerCMs?: number;
  /** Option tags that Proxy-Require may ask for, in lower case. */
  readonly supported?: readonly string[];
  /** Ask that sessions be refreshed within so many seconds (RFC 4028), of whoever does not ask himself; not unless given. */
  readonly sessionExpires?: number;
  /** Whether a target's 503 goes upstream as it is, rather than as 500 (§16.7.6). */
  readonly forward503?: boolean;
}

/**
 * What is to be done with a request: it was answered already; its target is for us to find (a name in our domain, or ourselves);
 * or it goes where its Route or Request-URI says.
 */
export type Disposition = 'answered' | 'ours' | 'elsewhere';

export class Proxy {
  readonly #layer: TransactionLayer;
  readonly #routing: Routing;
  readonly #isOurs: (uri: Uri) => boolean;
  readonly #timerCMs: number;
  readonly #supported: ReadonlySet<string>;
  readonly #forward503: boolean;
  readonly #sessionExpires: number | undefined;

  /** @throws SipSyntaxError, TypeError for a Record-Route URI that is none */
  constructor(options: ProxyOptions) {
    this.#layer = options.layer;
    this.#routing = new Routing(options.recordRoute, options.layer.sentBy, options.isPeer);
    this.#isOurs = options.isOurs ?? (() => false);
    this.#timerCMs = options.timerCMs ?? DEFAULT_TIMER_C_MS;
    this.#supported = new Set(options.supported);
    this.#forward503 = options.forward503 ?? false;
    this.#sessionExpires = options.sessionExpires;
  }

  /** Validates a request and takes our Route off it (§16.3, §16.4); to be called once, before anything else is done with it. */
  receive(transaction: ServerTransaction): Disposition {
    const { request } = transaction;
    if (request.headers.has('Proxy-Require')) {
      const unknown = request.headers.values('Proxy-Require').filter((option) => !this.#supported.has(option.toLowerCase()));
      if (unknown.length > 0) return this.#answer(transaction, 420, { headers: { Unsupported: unknown.join(', ') } });
    }
    this.#routing.preprocess(request);
    return this.#isForUs(request) ? 'ours' : 'elsewhere';
  }

  /**
   * Relays a request to its targets, all of the same q at once, and the responses back; `received` first. An INVITE gets its 100
   * at once. Without targets, 480; to relay where Route or Request-URI says, leave them out.
   * @returns undefined where it was answered at once
   * @throws SipSyntaxError for what the layer answers in our place, such as 440 for too many targets
   */
  relay(transaction: ServerTransaction, targets: readonly Target[] = [{ uri: transaction.request.uri }], hooks: RelayHooks = {}): Relaying | undefined {
    const { request } = transaction;
    if (request.maxForwards === 0) {
      // §16.3.3: an OPTIONS that goes no further is a question to us.
      this.#answer(transaction, request.method === 'OPTIONS' ? 200 : 483);
      return undefined;
    }
    const fingerprint = routeFingerprint(request);
    if (isLoop(this.#layer, request, fingerprint)) {
      this.#answer(transaction, 482);
      return undefined;
    }
    // A request that is not forked is passed on as it came.
    const breadth = targets.length > 1 ? shareOfBreadth(request, targets.length) : undefined;
    if (request.method === 'INVITE') transaction.respond(createResponse(request, 100));
    const context = new ResponseContext({
      layer: this.#layer,
      timerCMs: this.#timerCMs,
      forward503: this.#forward503,
      transaction,
      targets,
      hooks,
      amend: this.#sessionExpires === undefined ? undefined : grantInterval(request, this.#sessionExpires),
      newBranch: () => proxyBranch(this.#layer, fingerprint),
      forward: (original, target) => this.#forward(original, target, breadth),
    });
    context.start();
    return context;
  }

  /** Relays an ACK to a 2xx, which belongs to no transaction (§16.11). @returns whether it went anywhere */
  relayAck(ack: SipRequest): boolean {
    this.#routing.preprocess(ack);
    const { maxForwards } = ack;
    if (maxForwards === 0 || this.#isForUs(ack)) return false;
    const branch = statelessBranch(ack);
    ack.headers.set('Max-Forwards', String(maxForwards - 1));
    this.#layer.sendStateless(ack, this.#routing.postprocess(ack), branch);
    return true;
  }

  #isForUs(request: SipRequest): boolean {
    if (request.headers.has('Route')) return false;
    const uri = request.parsedUri();
    return this.#routing.isOwn(uri) || this.#isOurs(uri);
  }

  /** §16.6.1 to .7: everything but the Via. */
  #forward(request: SipRequest, target: Target, breadth: number | undefined): { copy: SipRequest; to: Address } {
    const copy = request.clone();
    if (copy.uri !== target.uri) copy.uri = target.uri;
    copy.headers.set('Max-Forwards', String(request.maxForwards - 1));
    if (breadth !== undefined) copy.headers.set('Max-Breadth', String(breadth));
    this.#routing.record(copy);
    if (this.#sessionExpires !== undefined) askForInterval(copy, this.#sessionExpires);
    const routed = copy.headers.has('Route');
    const to = this.#routing.postprocess(copy);
    return { copy, to: routed ? to : (target.address ?? to) };
  }

  #answer(transaction: ServerTransaction, status: number, options: ResponseOptions = {}): 'answered' {
    transaction.respond(createResponse(transaction.request, status, { ...options, toTag: this.#layer.newTag() }));
    return 'answered';
  }
}

/** §16.11: the same for the same request, without any memory: the previous hop's branch is unique already. */
function statelessBranch(request: SipRequest): string {
  const { branch } = request.topVia;
  return branch?.startsWith(BRANCH_COOKIE) === true ? `${branch}-p` : `${BRANCH_COOKIE}${request.callId}-${request.cseq.number}`;
}
