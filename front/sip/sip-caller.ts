/** Makes a viewer's call: INVITE with the trimmed offer, CANCEL when he gives up, ACK (sent by the agent) and the answer (RFC 3261 §13, §9). */
import type { Agent, Answer } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { Caller, Watch, WatchRequest } from '../watch/caller.ts';
import { callFailure, wasLost } from './call-failure.ts';
import type { CallProgress } from './call-failure.ts';
import { prepareAnswer, prepareOffer } from './descriptions.ts';
import type { Domain } from './domain.ts';
import { SipWatch } from './sip-watch.ts';
import { unlessAborted } from './waiting.ts';

/**
 * How long each attempt to call may take, ms; one that was lost on the way is followed by the next. The first lasts as long as
 * the daemon tries to reach a silent streamer (64*T1, 32 s), and somewhat longer where that streamer says that it is trying.
 * Where 30 % of all datagrams are lost, five calls in ten thousand fail in it: seven INVITEs on one hop, or all answers to them. The
 * second, with its five INVITEs, makes that one in half a million, and costs whoever calls a dead streamer no more than this.
 */
const ATTEMPT_LIMITS_MS = [45_000, 8_000] as const;

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
        if (!wasLost(error, progress)) throw callFailure(error, request.streamer.name, progress);
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
    const answered = await unlessAborted(giveUp, () => call.answered).finally(stopLimit);
    if (answered !== undefined) return answered;
    call.cancel();
    throw asError(giveUp.reason);
  }
}

/** Nobody answered in the time that an attempt has. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(callId: string, limitMs: number) {
    super(`no answer within ${limitMs} ms (Call-ID ${callId})`);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}
