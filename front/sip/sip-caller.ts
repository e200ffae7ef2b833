/** Makes a viewer's call: an INVITE with the trimmed offer, and the streamer's answer made fit for a browser. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Caller, Watch, WatchRequest } from '../watch/caller.ts';
import { CallAttempts } from './call-attempts.ts';
import type { AnsweredCall, CallAttemptsOptions } from './call-attempts.ts';
import { callFailure } from './call-failure.ts';
import type { CallProgress } from './call-failure.ts';
import { prepareAnswer, prepareOffer } from './descriptions.ts';
import { SipWatch } from './sip-watch.ts';

export type SipCallerOptions = CallAttemptsOptions;

export class SipCaller implements Caller {
  readonly #attempts: CallAttempts;
  readonly #log: Logger;

  constructor(options: SipCallerOptions) {
    this.#attempts = new CallAttempts(options);
    this.#log = options.log;
  }

  async watch(request: WatchRequest): Promise<Watch> {
    const { dialog, answer } = await this.call(request);
    return new SipWatch(dialog, answer);
  }

  /** The same, with its dialog. @throws ApiError with the status that the viewer is to see */
  async call({ viewer, streamer, offer: sdp, signal }: WatchRequest): Promise<AnsweredCall> {
    const offer = prepareOffer(sdp, streamer);
    const progress: CallProgress = { heardFromSignaling: false };
    const { dialog, response } = await this.#attempts.call({ from: viewer, to: streamer.name, sdp: offer.sdp, signal }, progress).catch((error: unknown) => {
      signal.throwIfAborted();
      throw callFailure(error, streamer.name, progress);
    });
    try {
      return { dialog, offer: offer.sdp, answer: prepareAnswer(response.bodyText(), offer, streamer) };
    } catch (error) {
      this.#log.warn({ callId: dialog.callId, streamer: streamer.name, err: error }, 'hanging up: the answer cannot be used');
      void dialog.bye();
      throw error;
    }
  }
}
