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
 * A call whose INVITE, or all of its answers, were lost is made once more. Of INVITE and 100 Trying seven pairs are sent
 * in 64*T1: where 30 % of all datagrams are lost, nine calls in a thousand fail once and one in ten thousand twice.
 */
const WATCH_ATTEMPTS = 2;

/**
 * How long a streamer may take after the daemon's 100 Trying, ms. The daemon itself gives a silent one up after 64*T1 (32 s):
 * this is for one that says it is trying, and never more.
 */
const RING_LIMIT_MS = 45_000;

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
    for (let attempt = 1; ; attempt++) {
      const progress: CallProgress = { heardFromSignaling: false };
      try {
        return await this.#invite(request, sdp, progress);
      } catch (error) {
        request.signal.throwIfAborted();
        if (attempt < WATCH_ATTEMPTS && wasLost(error, progress)) continue;
        throw callFailure(error, request.streamer.name, progress);
      }
    }
  }

  async #invite({ viewer, streamer, signal }: WatchRequest, sdp: string, progress: CallProgress): Promise<Answer> {
    signal.throwIfAborted();
    const uri = this.#domain.addressOf(streamer.name);
    const invite = this.#agent.createRequest('INVITE', uri, { from: this.#domain.addressOf(viewer), to: uri, body: sdp, contentType: SDP_TYPE });
    this.#log.debug({ callId: invite.callId, viewer, streamer: streamer.name }, 'calling');
    const call = this.#agent.invite(invite, { nextHop: this.#domain.nextHop, ringLimitMs: RING_LIMIT_MS });
    call.onProvisional(() => (progress.heardFromSignaling = true));
    const answered = await unlessAborted(signal, () => call.answered);
    if (answered !== undefined) return answered;
    // Whoever gave up need not wait until the other side knows; the agent sees to the rest.
    call.cancel();
    throw asError(signal.reason);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}
