/** Takes the calls of viewers: refuses what cannot be served, answers the others, and ends all of them when the streamer stops. */
import { Drain } from '../../shared/drain/drain.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { Agent, Clock, IncomingCall } from '../../shared/sip/index.ts';
import type { Shard } from '../shard/shard.ts';
import { NO_METER, type CallMeter } from './call-meter.ts';
import { RefusedError } from './refused.ts';
import { passTo, type Passage } from './relay-path.ts';
import { RETRY_AFTER_SECONDS, ViewerCall } from './viewer-call.ts';

const OFFER_TYPE = 'application/sdp';

export interface CallDeskOptions {
  readonly agent: Pick<Agent, 'onCall'> & { readonly layer: { readonly clock: Pick<Clock, 'now'> } };
  readonly shard: Pick<Shard, 'admit'>;
  readonly maxViewers: number;
  /** What relays that call are told; nothing unless given. */
  readonly passage?: Passage;
  /** Hears how many viewers watch or are about to, whenever that changes. */
  readonly onAudience?: (viewers: number) => void;
  /** Measures nothing unless given. */
  readonly meter?: CallMeter;
  readonly log: Logger;
}

export class CallDesk {
  readonly #options: CallDeskOptions;
  readonly #calls = new Map<string, ViewerCall>();
  readonly #drain = new Drain(() => this.#calls.size === 0);
  #closing = false;

  constructor(options: CallDeskOptions) {
    this.#options = options;
    options.agent.onCall((call) => this.#take(call));
  }

  /** Viewers that watch or are about to. */
  get viewers(): number {
    return this.#calls.size;
  }

  /** Takes no further viewer; resolves when the last has left, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    return this.#drain.begin(signal);
  }

  /** Says BYE to every viewer and releases what they hold; the agent waits for the answers when it is closed. */
  async close(reason = 'the streamer stops'): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#calls.values()].map((call) => call.end(reason)));
  }

  async #take(call: IncomingCall): Promise<void> {
    const { agent, shard, log, onAudience, meter = NO_METER } = this.#options;
    const headers = this.#refused(call) ? undefined : this.#passed(call);
    if (!headers) {
      meter.called('refused');
      log.debug({ callId: call.callId }, 'a viewer is refused');
      return;
    }
    const viewer = new ViewerCall({ call, headers, shard, meter, clock: agent.layer.clock, log });
    this.#calls.set(viewer.callId, viewer);
    onAudience?.(this.#calls.size);
    try {
      await viewer.run();
    } finally {
      this.#calls.delete(viewer.callId);
      onAudience?.(this.#calls.size);
      this.#drain.somebodyLeft();
    }
  }

  /** @returns headers of the answer; undefined where a relay got its refusal */
  #passed(call: IncomingCall): Readonly<Record<string, string>> | undefined {
    const { passage } = this.#options;
    try {
      return passage ? passTo(call.request, passage) : {};
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#options.log.info({ callId: call.callId }, `a relay is refused: ${error.message}`);
      call.reject(error.status, error.reply);
      return undefined;
    }
  }

  /** @returns whether the call got its refusal */
  #refused(call: IncomingCall): boolean {
    const { contentType, body } = call.request;
    if (this.#closing || this.#drain.begun) call.reject(503, { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } });
    else if (this.#calls.has(call.callId)) call.reject(482, { reason: 'Call Already Exists' });
    else if (body.length === 0) call.reject(400, { reason: 'Offer Missing' });
    else if (contentType !== OFFER_TYPE) call.reject(415, { headers: { Accept: OFFER_TYPE } });
    else if (this.#calls.size >= this.#options.maxViewers) call.reject(486, { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } });
    else return false;
    return true;
  }
}
