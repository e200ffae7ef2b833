/** Makes a viewer's call: INVITE with the trimmed offer, CANCEL when he gives up, ACK (sent by the agent) and the answer (RFC 3261 §13, §9). */
import type { Agent, Answer } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { Caller, Watch, WatchRequest } from '../watch/caller.ts';
import { callFailure, NoAnswerError, wasLost } from './call-failure.ts';
import type { CallProgress } from './call-failure.ts';
import { prepareAnswer, prepareOffer } from './descriptions.ts';
import type { Domain } from './domain.ts';
import { SipWatch } from './sip-watch.ts';
import { unlessAborted } from './waiting.ts';

/**
 * How long each attempt to call may take, ms; one that was lost on the way is given up for the next, a new call. RFC 3261 would
 * wait 64*T1 for it, yet once 100 Trying has come nothing but the streamer's 2xx is repeated, and it has all hops to cross: where
 * two lose 30 % each, 5 calls in 1,000 hear none of the eight sent in 20 s. Three attempts make that one in millions. A streamer
 * that is alive answers in well under a second, so that whoever calls a dead one learns it after 52 s at most.
 */
const ATTEMPT_LIMITS_MS = [20_000, 16_000, 16_000] as const;

const SDP_TYPE = 'application/sdp';

export interface SipCallerOptions {
  agent: Agent;
  domain: Domain;
  log: Logger;
}

export class SipCaller implements Caller {
  readonly #agent: Agent;
  readonly #domain: Domain;
  readonly #log: Logger;

  constructor({ agent, domain, log }: SipCallerOptions) {
    this.#agent = agent;
    this.#domain = domain;
    this.#log = log;
  }

  async watch(request: WatchRequest): Promise<Watch> {
    const { streamer } = request;
    const offer = prepareOffer(request.offer, streamer);
    const { dialog, response } = await this.#call(request, offer.sdp);
    try {
      return new SipWatch(dialog, prepareAnswer(response.bodyText(), offer, streamer));
    } catch (error) {
      this.#log.warn({ callId: dialog.callId, streamer: streamer.name, err: error }, 'hanging up: the answer cannot be used');
      void dialog.bye();
      throw error;
    }
  }

  async #call(request: WatchRequest, sdp: string): Promise<Answer> {
    const progress: CallProgress = { heardFromSignaling: false };
    let lost: unknown;
    for (const limitMs of ATTEMPT_LIMITS_MS) {
      progress.heardFromSignaling = false;
      try {
        return await this.#invite(request, sdp, progress, limitMs);
      } catch (error) {
        request.signal.throwIfAborted();
        if (!wasLost(error)) throw callFailure(error, request.streamer.name, progress);
        lost = error;
      }
    }
    throw callFailure(lost, request.streamer.name, progress);
  }

  /** One INVITE. Whoever gives up, or runs out of time, need not wait until the other side knows; the agent sees to the rest. */
  async #invite({ viewer, streamer, signal }: WatchRequest, sdp: string, progress: CallProgress, limitMs: number): Promise<Answer> {
    signal.throwIfAborted();
    const uri = this.#domain.addressOf(streamer.name);
    const invite = this.#agent.createRequest('INVITE', uri, { from: this.#domain.addressOf(viewer), to: uri, body: sdp, contentType: SDP_TYPE });
    this.#log.debug({ callId: invite.callId, viewer, streamer: streamer.name }, 'calling');
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
