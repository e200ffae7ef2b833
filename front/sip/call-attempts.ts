/** Calls by way of the daemon: INVITE, CANCEL when it is given up, ACK (sent by the agent), and another attempt where one was lost on the way (RFC 3261 §13, §9). */
import type { Agent, Answer, Dialog, HeaderValues } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { diedWithDaemon, NoAnswerError, wasLost } from './call-failure.ts';
import type { CallProgress } from './call-failure.ts';
import type { Domain } from './domain.ts';
import { unlessAborted } from './waiting.ts';

/**
 * How long each attempt to call may take, ms; one that was lost on the way is given up for the next, a new call. RFC 3261 would
 * wait 64*T1 for it, yet once 100 Trying has come nothing but the streamer's 2xx is repeated, and it has all hops to cross: where
 * two lose 30 % each, 5 calls in 1,000 hear none of the eight sent in 20 s. Three attempts make that one in millions. A streamer
 * that is alive answers in well under a second, so that whoever calls a dead one learns it after 52 s at most.
 */
const ATTEMPT_LIMITS_MS = [20_000, 16_000, 16_000] as const;

const SDP_TYPE = 'application/sdp';

export interface CallWish {
  /** Name of who calls. */
  readonly from: string;
  /** Name of who is called. */
  readonly to: string;
  /** The offer as the INVITE carries it. */
  readonly sdp: string;
  readonly headers?: HeaderValues;
  /** Aborting it before the answer has come cancels the call. */
  readonly signal: AbortSignal;
}

/** A call that was answered and acknowledged, and whose answer can be used. */
export interface AnsweredCall {
  readonly dialog: Dialog;
  /** As the INVITE carried it. */
  readonly offer: string;
  /** Fit for a browser. */
  readonly answer: string;
}

export interface CallAttemptsOptions {
  agent: Agent;
  domain: Domain;
  log: Logger;
}

export class CallAttempts {
  readonly #agent: Agent;
  readonly #domain: Domain;
  readonly #log: Logger;

  constructor({ agent, domain, log }: CallAttemptsOptions) {
    this.#agent = agent;
    this.#domain = domain;
    this.#log = log;
  }

  /** @param progress is told how far the latest attempt came. @throws the signal's reason, or what the latest attempt failed of */
  async call(wish: CallWish, progress: CallProgress): Promise<Answer> {
    let lost: unknown;
    for (const limitMs of ATTEMPT_LIMITS_MS) {
      progress.heardFromSignaling = false;
      try {
        return await this.#invite(wish, progress, limitMs);
      } catch (error) {
        wish.signal.throwIfAborted();
        if (!wasLost(error) && !diedWithDaemon(error, this.#agent.servers)) throw error;
        lost = error;
      }
    }
    throw lost;
  }

  /** One INVITE. Whoever gives up, or runs out of time, need not wait until the other side knows; the agent sees to the rest. */
  async #invite({ from, to, sdp, headers, signal }: CallWish, progress: CallProgress, limitMs: number): Promise<Answer> {
    signal.throwIfAborted();
    const uri = this.#domain.addressOf(to);
    const invite = this.#agent.createRequest('INVITE', uri, { from: this.#domain.addressOf(from), to: uri, body: sdp, contentType: SDP_TYPE, ...(headers && { headers }) });
    this.#log.debug({ callId: invite.callId, from, to }, 'calling');
    const call = this.#agent.invite(invite, { nextHop: this.#domain.nextHop });
    call.onProvisional(() => (progress.heardFromSignaling = true));
    const limit = new AbortController();
    const stopLimit = this.#agent.layer.clock.setTimeout(() => limit.abort(new NoAnswerError(call.callId, limitMs)), limitMs);
    const giveUp = AbortSignal.any([signal, limit.signal]);
    const answered = await unlessAborted(giveUp, () => call.answered)
      .catch((error: unknown) => {
        this.#log.debug({ callId: invite.callId, err: error }, 'the call came to nothing');
        throw error;
      })
      .finally(stopLimit);
    if (answered !== undefined) {
      this.#log.debug({ callId: invite.callId, status: answered.response.status }, 'answered');
      return answered;
    }
    this.#log.debug({ callId: invite.callId }, 'giving up: CANCEL');
    call.cancel();
    throw asError(giveUp.reason);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}
