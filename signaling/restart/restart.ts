/**
 * What follows a restart: every streamer that the directory remembers is sent a 403 for its registration, again and again until it
 * registers anew or has had time enough (T1 doubled up to T2, for 64·T1, as RFC 3261 §17 repeats what must arrive).
 */

import type { Logger } from '../../shared/log/logger.ts';
import type { SipResponse } from '../../shared/sip/message/message.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { transactionLifetime } from '../../shared/sip/timing/timers.ts';
import type { Timers } from '../../shared/sip/timing/timers.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';
import { buildForbidden } from './forbidden.ts';

/** Ten thousand streamers hear it within five seconds, and their REGISTERs do not come all at once. */
const STREAMERS_PER_SECOND = 2000;

export interface RestartOptions {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newTag: () => string;
  readonly send: (response: SipResponse, to: Address) => void;
  readonly log: Logger;
}

interface Message {
  readonly response: SipResponse;
  readonly to: Address;
}

export class Restart {
  readonly #options: RestartOptions;
  readonly #waiting = new Map<string, Cancel>();
  readonly #leave: () => void;
  #known = 0;
  #returned = 0;

  constructor(options: RestartOptions) {
    this.#options = options;
    this.#leave = options.directory.streamers.onChange(({ before, after }) => {
      if (before?.forgotten !== true || after?.forgotten === true) return;
      if (after) this.#returned++;
      this.#settle(before.name);
    });
  }

  /** Streamers that have not registered again yet. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Forgets every streamer of the directory and tells it. To be called before any can register. */
  begin(): void {
    const streamers = [...this.#options.directory.streamers.values()];
    this.#known = streamers.length;
    streamers.forEach((streamer, index) => {
      this.#options.directory.streamers.putLazily({ ...streamer, forgotten: true });
      this.#later(streamer.name, this.#messages(streamer), (index * 1000) / STREAMERS_PER_SECOND, this.#options.timers.t1, this.#options.clock.now());
    });
    if (streamers.length > 0) this.#options.log.info({ streamers: streamers.length }, 'telling the streamers of before to register again');
  }

  close(): void {
    this.#leave();
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #later(name: string, messages: readonly Message[], wait: number, interval: number, startedAt: number): void {
    const { clock, timers, send } = this.#options;
    const cancel = clock.setTimeout(() => {
      if (clock.now() - startedAt >= transactionLifetime(timers)) {
        this.#options.directory.streamers.deleteLazily(name);
        return;
      }
      for (const { response, to } of messages) send(response, to);
      this.#later(name, messages, interval, Math.min(2 * interval, timers.t2), startedAt);
    }, wait);
    this.#waiting.set(name, cancel);
  }

  /** One 403 to each registration: several contacts may have come in one REGISTER. */
  #messages(streamer: Streamer): Message[] {
    const registrations = new Map(streamer.bindings.map((binding) => [binding.callId, binding]));
    return [...registrations.values()].flatMap((binding) => {
      try {
        return [{ response: buildForbidden(binding, this.#options.newTag()), to: binding.source }];
      } catch (err) {
        this.#options.log.warn({ err, callId: binding.callId, streamer: streamer.name }, 'cannot tell a streamer to register again');
        return [];
      }
    });
  }

  #settle(name: string): void {
    const cancel = this.#waiting.get(name);
    if (!cancel) return;
    cancel();
    this.#waiting.delete(name);
    if (this.#waiting.size > 0) return;
    this.#options.log.info({ streamers: this.#known, returned: this.#returned }, 'all streamers of before have registered again or are given up');
  }
}
