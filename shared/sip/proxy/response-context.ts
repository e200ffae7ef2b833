/** The response context of RFC 3261 §16.7: one request, the branches it was forked to, and which responses go back. */

import { SipSyntaxError } from '../message/syntax-error.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { reasonPhrase } from '../message/status.ts';
import { TooManyTransactionsError } from '../transaction/errors.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import { createResponse } from '../transaction/responses.ts';
import type { Responder, ServerTransaction } from '../transaction/server.ts';
import type { Address } from '../transport/transport.ts';
import { bestOutcome, joinChallenges, type Outcome } from './best-response.ts';
import { ProxyBranch, type BranchOwner } from './branch.ts';

/** Where to relay to. */
export interface Target {
  /** Request-URI there. */
  readonly uri: string;
  /** Where to send, if not to what the Route or the URI says: the address that a registration came from. */
  readonly address?: Address;
  /** Targets of equal preference are tried at once, lower ones when all higher have failed; 1 unless told otherwise. */
  readonly q?: number;
  /** An INVITE of which it says nothing at all within so many ms goes on to the targets of lower preference; Timer C (§16.6.11) alone unless given. */
  readonly silenceMs?: number;
}

/** For who watches the calls that pass. */
export interface RelayHooks {
  /** The request is sent to this target now. */
  onTarget?(target: Target): void;
  /** Whether a failure of one target leads on to those of lower preference; unless told otherwise every one does, those of 600 and more apart. */
  goesOn?(failure: SipResponse): boolean;
  /** Each response that goes upstream: provisional ones over 100, then the final one; of an INVITE one 2xx a fork. */
  onResponse?(response: SipResponse): void;
  /** The caller has cancelled his INVITE. */
  onCancel?(): void;
  /** A request other than INVITE that nobody answered: nothing goes upstream then (RFC 4320 §4.2). */
  onTimeout?(): void;
}

/** A request that is on its way to its targets. */
export interface Relaying {
  /** Whoever was asked at this address turns out to be elsewhere: an INVITE to which he has said nothing at all yet goes there. @returns whether it does */
  move(from: Address, to: Target): boolean;
}

export interface ResponseContextOptions {
  readonly layer: TransactionLayer;
  readonly timerCMs: number;
  readonly transaction: ServerTransaction;
  readonly targets: readonly Target[];
  readonly hooks: RelayHooks;
  /** Makes the copy for a target and says where it goes. @throws SipSyntaxError */
  readonly forward: (request: SipRequest, target: Target) => { copy: SipRequest; to: Address };
  readonly newBranch: () => string;
  /** Whether a 503 goes upstream as it is. */
  readonly forward503: boolean;
  /** Completes each 2xx before it goes upstream. */
  readonly amend?: ((response: SipResponse) => void) | undefined;
}

/** Shared by all that have nothing more to do: they linger by the ten thousand. */
const NONE: never[] = [];

const REQUEST_TIMEOUT = 408;
const REQUEST_TERMINATED = 487;
const SERVER_ERROR = 500;
const SERVICE_UNAVAILABLE = 503;
const TEMPORARILY_UNAVAILABLE = 480;

export class ResponseContext implements BranchOwner, Relaying {
  readonly layer: TransactionLayer;
  readonly timerCMs: number;
  readonly #responder: Responder;
  readonly #isInvite: boolean;
  readonly #hooks: RelayHooks;
  readonly #amend: ((response: SipResponse) => void) | undefined;
  /** Dropped with all it holds when a final response has gone upstream: only repeated 2xx pass from then on. */
  #options: ResponseContextOptions | undefined;
  #groups: Target[][];
  #branches: ProxyBranch[] = [];
  #outcomes: Outcome[] = [];
  #cancelled = false;

  constructor(options: ResponseContextOptions) {
    this.layer = options.layer;
    this.timerCMs = options.timerCMs;
    this.#options = options;
    this.#hooks = options.hooks;
    this.#amend = options.amend;
    this.#responder = options.transaction.responder;
    this.#isInvite = options.transaction.request.method === 'INVITE';
    this.#groups = byPreference(options.targets);
    if (this.#isInvite) options.transaction.attach({ onCancel: () => this.#cancel() });
  }

  start(): void {
    this.#nextGroup();
  }

  onProvisional(response: SipResponse): void {
    if (!this.#options) return;
    this.#hooks.onResponse?.(response);
    this.#responder.respond(response);
  }

  onSuccess(branch: ProxyBranch, response: SipResponse): void {
    // Of another method only one answer is wanted.
    if (!this.#isInvite && !this.#options) return;
    this.#amend?.(response);
    if (!branch.answered) this.#hooks.onResponse?.(response);
    branch.answered = true;
    this.#responder.respond(response);
    this.#decided();
  }

  onFailure(_branch: ProxyBranch, outcome: Outcome): void {
    if (!this.#options) return;
    this.#outcomes.push(outcome);
    if (outcome.status >= 600 || (outcome.response && this.#hooks.goesOn?.(outcome.response) === false)) this.#groups = [];
    if (outcome.status >= 600) for (const branch of this.#branches) branch.cancel();
    this.#settleWhenAllFailed();
  }

  move(from: Address, to: Target): boolean {
    if (!this.#isInvite || this.#cancelled) return false;
    const silent = this.#branches.find((branch) => branch.silent && branch.to.host === from.host && branch.to.port === from.port);
    if (!silent || !this.#startBranch(to)) return false;
    silent.passOver();
    return true;
  }

  #cancel(): void {
    if (!this.#options) return;
    this.#cancelled = true;
    this.#groups = [];
    this.#hooks.onCancel?.();
    for (const branch of this.#branches) branch.cancel();
    this.#settleWhenAllFailed();
  }

  #nextGroup(): void {
    const group = this.#groups.shift();
    if (!group) {
      this.#conclude();
      return;
    }
    for (const target of group) this.#startBranch(target);
    this.#settleWhenAllFailed();
  }

  /** @returns whether it is under way */
  #startBranch(target: Target): boolean {
    const options = this.#options;
    if (!options) return false;
    try {
      const { copy, to } = options.forward(options.transaction.request, target);
      this.#hooks.onTarget?.(target);
      const branch = new ProxyBranch(this, copy, to, target.silenceMs);
      branch.start(options.newBranch());
      this.#branches.push(branch);
      return true;
    } catch (error) {
      if (error instanceof SipSyntaxError) this.#outcomes.push({ status: error.status });
      else if (error instanceof TooManyTransactionsError) this.#outcomes.push({ status: SERVICE_UNAVAILABLE });
      else throw error;
      return false;
    }
  }

  #settleWhenAllFailed(): void {
    if (this.#options && this.#branches.every((branch) => !branch.open)) this.#nextGroup();
  }

  /** §16.7.6: every branch has failed. */
  #conclude(): void {
    const options = this.#options;
    if (!options) return;
    const best = bestOutcome(this.#outcomes) ?? { status: TEMPORARILY_UNAVAILABLE };
    if (!this.#isInvite && !best.response && best.status === REQUEST_TIMEOUT) {
      this.#decided();
      this.#hooks.onTimeout?.();
      return;
    }
    const response = best.response ?? this.#ownResponse(options.transaction.request, best.status);
    joinChallenges(response, this.#outcomes);
    if (response.status === SERVICE_UNAVAILABLE && !options.forward503) {
      // 503 would say that we, not that one target, can take no more (§16.7.6).
      response.status = SERVER_ERROR;
      response.reason = reasonPhrase(SERVER_ERROR);
      response.headers.delete('Retry-After');
    }
    this.#hooks.onResponse?.(response);
    this.#responder.respond(response);
    this.#decided();
  }

  #ownResponse(request: SipRequest, status: number): SipResponse {
    const said = this.#cancelled && status === REQUEST_TIMEOUT ? REQUEST_TERMINATED : status;
    return createResponse(request, said, { toTag: this.layer.newTag() });
  }

  /** A final response has gone upstream: the other branches are called off (§16.7.10). */
  #decided(): void {
    if (!this.#options) return;
    this.#options = undefined;
    if (this.#isInvite) for (const branch of this.#branches) branch.cancel();
    this.#groups = NONE;
    this.#outcomes = NONE;
    this.#branches = NONE;
  }
}

/** Highest q first. */
function byPreference(targets: readonly Target[]): Target[][] {
  if (targets.length < 2) return targets.map((target) => [target]);
  const groups = new Map<number, Target[]>();
  for (const target of targets) {
    const q = target.q ?? 1;
    const group = groups.get(q);
    if (group) group.push(target);
    else groups.set(q, [target]);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}
