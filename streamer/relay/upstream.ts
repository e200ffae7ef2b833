/**
 * Keeps a call to the streamer that is relayed, as long as it is wanted: whenever one ends by itself, or cannot be had, another is made, 100 ms
 * later and then after twice as long each time. It rests a while after the last viewer has left.
 */
import type { Logger } from '../../shared/log/logger.ts';
import { Backoff } from '../../shared/registration/backoff.ts';
import type { Cancel, Clock } from '../../shared/sip/index.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { UpstreamError } from './upstream-error.ts';

const AGAIN = { firstMs: 100, maxMs: 2_000 } as const;
/** A call that brought media for so long was a good one: what comes after its end begins with the shortest wait. */
const HEALTHY_MS = 3_000;
const TICK_MS = 50;

export type UpstreamState = 'resting' | 'calling' | 'connected' | 'waiting';

export interface UpstreamOptions {
  /** Calls. @throws UpstreamError */
  readonly call: () => Promise<UpstreamCall>;
  /** Takes the media of each call; to be asked whether it can. @returns false for a call that brings other tracks than those before */
  readonly follow: (call: UpstreamCall) => boolean;
  /** Hears once that what comes is something else from now on: whoever watches has to begin anew. */
  readonly onChanged: (why: string) => void;
  readonly tick: (now: number) => void;
  /** Whom we call, for the log. */
  readonly name: string;
  /** How long calls go on without viewers; Infinity for ever, from the start on. */
  readonly idleStopMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #backoff: Backoff;
  #state: UpstreamState = 'resting';
  #call: UpstreamCall | undefined;
  #connectedMs = 0;
  #awayMs: number | undefined;
  #why = '';
  #wanted = false;
  #closed = false;
  #lost = 0;
  #cancelWait: Cancel | undefined;
  #cancelIdle: Cancel | undefined;
  #cancelTick: Cancel;
  /** Calls since the start, by what became of them. */
  readonly calls = { answered: 0, failed: 0 };

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#backoff = new Backoff(AGAIN, options.random);
    this.#cancelTick = options.clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  get state(): UpstreamState {
    return this.#state;
  }

  /** For how long it has been called in vain, ms, and why; undefined while it is there, or not wanted. */
  get away(): { readonly ms: number; readonly why: string } | undefined {
    return this.#awayMs === undefined ? undefined : { ms: this.#options.clock.now() - this.#awayMs, why: this.#why };
  }

  figures(): { readonly bitsPerSecond: number; readonly packetsLost: number } {
    const { bitsPerSecond = 0, packetsLost = 0 } = this.#call?.figures(this.#options.clock.now()) ?? {};
    return { bitsPerSecond, packetsLost: this.#lost + packetsLost };
  }

  /** Begins with a call that was made already; it goes on as if its last viewer had just left. */
  begin(call: UpstreamCall): void {
    this.#wanted = true;
    this.#take(call);
    this.audience(0);
  }

  audience(viewers: number): void {
    const { clock, idleStopMs } = this.#options;
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    if (viewers > 0) this.#run();
    else if (this.#wanted && idleStopMs !== Infinity) this.#cancelIdle = clock.setTimeout(() => this.#rest('nobody watches here'), idleStopMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelIdle?.();
    this.#cancelTick();
    this.#rest('the relay stops');
  }

  #run(): void {
    if (this.#wanted || this.#closed) return;
    this.#wanted = true;
    this.#backoff.reset();
    void this.#attempt();
  }

  #rest(why: string): void {
    if (this.#wanted && !this.#closed) this.#options.log.info(`${this.#options.name} is let go: ${why}`);
    this.#wanted = false;
    this.#cancelWait?.();
    this.#awayMs = undefined;
    this.#drop();
    this.#state = 'resting';
  }

  #drop(): void {
    const { clock } = this.#options;
    if (!this.#call) return;
    this.#lost += this.#call.figures(clock.now()).packetsLost;
    this.#call.close();
    this.#call = undefined;
  }

  async #attempt(): Promise<void> {
    if (!this.#wanted || this.#call) return;
    this.#state = 'calling';
    try {
      const call = await this.#options.call();
      this.calls.answered++;
      if (this.#isWanted()) this.#take(call);
      else call.close();
    } catch (error) {
      this.calls.failed++;
      if (!this.#isWanted()) return;
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof UpstreamError && error.isLasting) this.#change(why);
      else this.#again(why);
    }
  }

  #take(call: UpstreamCall): void {
    const { clock, log, name, follow } = this.#options;
    if (!follow(call)) {
      call.close();
      this.#change(`${name} sends something else than before`);
      return;
    }
    this.#call = call;
    call.onMedia(() => {
      this.#state = 'connected';
      this.#connectedMs = clock.now();
      const { ms } = this.away ?? {};
      this.#awayMs = undefined;
      log.info({ callId: call.callId, ...(ms === undefined ? {} : { awayMs: Math.round(ms) }), tracks: call.tracks.map(({ codec }) => codec.name) }, `what ${name} sends comes in`);
    });
    call.onEnded((why) => {
      if (this.#state === 'connected' && clock.now() - this.#connectedMs > HEALTHY_MS) this.#backoff.reset();
      this.#drop();
      this.#again(why);
    });
  }

  #change(why: string): void {
    this.close();
    this.#options.onChanged(why);
  }

  #again(why: string): void {
    const { clock, log, name } = this.#options;
    if (!this.#wanted) return;
    const waitMs = this.#backoff.next();
    const isNews = this.#awayMs === undefined || why !== this.#why;
    this.#awayMs ??= clock.now();
    this.#why = why;
    this.#state = 'waiting';
    const message = `${why}: ${name} is called again${isNews ? ' until it answers' : ''}`;
    if (isNews) log.warn({ waitMs: Math.round(waitMs) }, message);
    else log.debug({ waitMs: Math.round(waitMs) }, message);
    this.#cancelWait = clock.setTimeout(() => void this.#attempt(), waitMs);
  }

  #tick(): void {
    const { clock, tick } = this.#options;
    tick(clock.now());
    this.#cancelTick = clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  /** It may have changed while something was waited for. */
  #isWanted(): boolean {
    return this.#wanted;
  }
}
