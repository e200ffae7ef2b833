/** Who watches what: one call a viewer; a new wish ends the one before, and whoever goes leaves none behind. */
import { ApiError } from '../api-error.ts';
import type { ConnectionFailure } from '../../shared/diagnosis/connection-failure.ts';
import { stopping } from '../failures.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { WatchSession, WatchSessions } from '../operator/sessions.ts';
import { RepeatedWarning } from '../../shared/log/repeated-warning.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { Caller, Watch } from './caller.ts';

/** What a viewer is told whose session an operator has ended. */
const BY_OPERATOR = 'an operator has ended it';

/** How long a new call waits for the old one's BYE to be confirmed, ms: a full streamer may need the place first. */
const HANG_UP_GRACE_MS = 500;

/** How long a call that another has replaced goes on, ms: until the new picture is there, or the answer proves undeliverable. */
const BESIDE_MS = 2_000;

/** A viewer's one call, from the wish to the end. */
interface Slot {
  /** The answered call that this one is to replace, and that goes on for so long. */
  before: Slot | undefined;
  readonly abort: AbortController;
  watch: Watch | undefined;
  /** Of what is answered: what it shows, and since when, ms since 1970. */
  streamer: string;
  sinceMs: number;
}

/** A call that was answered. */
export interface Started {
  /** The streamer's SDP answer. */
  readonly answer: string;
  /** Ends this very call: the answer did not reach the viewer. */
  readonly undelivered: () => void;
}

export interface WatchesOptions {
  caller: Caller;
  clock: Clock;
  /** Milliseconds since 1970. */
  wallClock?: () => number;
  log: Logger;
}

export class Watches implements WatchSessions {
  readonly #caller: Caller;
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  readonly #log: Logger;
  /** Of calls whose media never came up. */
  readonly #failures: RepeatedWarning;
  readonly #slots = new Map<Viewer, Slot>();
  /** Since the start; whoever changed his mind counts as neither. */
  readonly counts = { answered: 0, failed: 0 };

  constructor({ caller, clock, wallClock = Date.now, log }: WatchesOptions) {
    this.#caller = caller;
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#log = log;
    this.#failures = new RepeatedWarning(log);
  }

  /** Calls under way or established. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Calls the streamer that `viewer` has chosen; whatever he watched before is hung up first, or a moment after the answer.
   * @param signal aborted when nobody waits for the answer any more.
   * @param beside whether the call before goes on until this one is answered, and stays where it is not
   * @throws ApiError 409 when he has chosen none, or asks again before this is answered; what the call threw otherwise.
   */
  async start(viewer: Viewer, offer: string, signal: AbortSignal, beside = false): Promise<Started> {
    const streamer = viewer.choice;
    if (streamer === undefined) throw new ApiError(409, 'no-streamer-chosen', 'Choose a streamer first: POST /streamer.');
    const previous = this.#slots.get(viewer);
    const before = beside ? (previous?.watch ? previous : previous?.before) : undefined;
    const slot: Slot = { before, abort: new AbortController(), watch: undefined, streamer: streamer.name, sinceMs: 0 };
    this.#slots.set(viewer, slot);
    try {
      if (previous !== undefined) {
        const ended = this.#makeWay(previous, before);
        if (before === undefined) await this.#withinGrace(ended);
      }
      const both = AbortSignal.any([signal, slot.abort.signal]);
      both.throwIfAborted();
      const watch = await this.#caller.watch({ viewer: viewer.name, streamer, offer, signal: both });
      if (both.aborted) void watch.end();
      both.throwIfAborted();
      this.counts.answered++;
      this.#established(viewer, slot, watch);
      return { answer: watch.answer, undelivered: () => void this.#giveUp(viewer, slot) };
    } catch (error) {
      this.#forget(viewer, slot);
      if (!signal.aborted && !slot.abort.signal.aborted) this.counts.failed++;
      // Whoever ended the slot knows better why than the cancelled call does.
      throw slot.abort.signal.aborted ? slot.abort.signal.reason : error;
    }
  }

  /**
   * Ends the viewer's call, answered or not; resolves when the streamer has confirmed it or never will.
   * @param because what his browser found wrong, where he gives up because no media comes
   */
  async stop(viewer: Viewer, because?: ConnectionFailure): Promise<void> {
    const slot = this.#slots.get(viewer);
    if (slot === undefined) return;
    if (because && slot.watch) this.#failures.warn({ callId: slot.watch.callId, viewer: viewer.name, failure: because.id }, because.sentence, because.id);
    await this.#stopSlot(viewer, slot, because);
  }

  /** Whether the viewer has a call that the streamer still knows; one that it forgot is ended. */
  async alive(viewer: Viewer): Promise<boolean> {
    const slot = this.#slots.get(viewer);
    if (slot === undefined) return false;
    if (slot.watch === undefined || (await slot.watch.alive())) return true;
    this.#forget(viewer, slot);
    return false;
  }

  /** Name of the streamer that the viewer watches, or is about to; undefined for none. */
  streamerOf(viewer: Viewer): string | undefined {
    return this.#slots.get(viewer)?.streamer;
  }

  /** Those that were answered, for operators. */
  list(): readonly WatchSession[] {
    return [...this.#slots].flatMap(([viewer, slot]) => slotsOf(slot).flatMap(({ watch, streamer, sinceMs }) => (watch === undefined ? [] : [{ id: watch.callId, viewer: viewer.name, streamer, via: 'page', sinceMs }])));
  }

  /** Ends a call for an operator; the viewer's pages are told. @returns whether there was one */
  end(id: string): boolean {
    for (const [viewer, slot] of this.#slots) {
      if (!slotsOf(slot).some(({ watch }) => watch?.callId === id)) continue;
      this.#log.info({ callId: id, viewer: viewer.name, streamer: slot.streamer }, BY_OPERATOR);
      viewer.tell({ type: 'ended', streamer: slot.streamer, reason: BY_OPERATOR, by: 'operator' });
      void this.#stopSlot(viewer, slot);
      return true;
    }
    return false;
  }

  /** Ends every call. */
  async close(): Promise<void> {
    const slots = [...this.#slots.values()].flatMap(slotsOf);
    this.#slots.clear();
    this.#failures.close();
    await Promise.all(slots.map((slot) => this.#end(slot, stopping())));
  }

  #established(viewer: Viewer, slot: Slot, watch: Watch): void {
    const { streamer } = slot;
    slot.watch = watch;
    slot.sinceMs = this.#wallClock();
    this.#log.info({ callId: watch.callId, viewer: viewer.name, streamer }, 'watching');
    if (slot.before !== undefined) this.#clock.setTimeout(() => this.#endBefore(slot), BESIDE_MS);
    watch.onEnded((reason, error) => {
      const present = this.#slots.get(viewer);
      if (present?.before === slot) present.before = undefined;
      if (present !== slot) return;
      this.#slots.delete(viewer);
      const about = { callId: watch.callId, viewer: viewer.name, streamer };
      if (error === undefined) this.#log.info({ ...about, reason }, 'ended by the streamer');
      else this.#failures.warn({ ...about, failure: error }, `no media came up: ${reason}`, error);
      viewer.tell({ type: 'ended', streamer, reason, ...(error === undefined ? {} : { error }) });
    });
  }

  async #stopSlot(viewer: Viewer, slot: Slot, because?: ConnectionFailure): Promise<void> {
    this.#endBefore(slot);
    await this.#giveUp(viewer, slot, because);
  }

  /** Ends a call; the one that it was to replace goes on, if it still does. */
  async #giveUp(viewer: Viewer, slot: Slot, because?: ConnectionFailure): Promise<void> {
    this.#forget(viewer, slot);
    await this.#end(slot, new ApiError(409, 'left', 'You left before the streamer answered.'), because);
  }

  #forget(viewer: Viewer, slot: Slot): void {
    const { before } = slot;
    slot.before = undefined;
    if (this.#slots.get(viewer) !== slot) return;
    if (before === undefined) this.#slots.delete(viewer);
    else this.#slots.set(viewer, before);
  }

  #endBefore(slot: Slot): void {
    const { before } = slot;
    slot.before = undefined;
    if (before !== undefined) void this.#end(before, superseded());
  }

  /** A new call comes. @param before what goes on beside it @returns when all else has ended */
  #makeWay(previous: Slot, before: Slot | undefined): Promise<unknown> {
    const ending = slotsOf(previous).filter((slot) => slot !== before);
    previous.before = undefined;
    return Promise.all(ending.map((slot) => this.#end(slot, superseded())));
  }

  async #end(slot: Slot, reason: ApiError, because?: ConnectionFailure): Promise<void> {
    slot.abort.abort(reason);
    if (slot.watch === undefined) return;
    this.#log.info({ callId: slot.watch.callId }, 'hanging up');
    await slot.watch.end(because);
  }

  /** Waits for `done`, but no longer than a new call may. */
  async #withinGrace(done: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.setTimeout(resolve, HANG_UP_GRACE_MS);
      void done.finally(() => {
        cancel();
        resolve();
      });
    });
  }
}

/** A viewer's call, and the one that it is about to replace. */
function slotsOf(slot: Slot): readonly Slot[] {
  return slot.before === undefined ? [slot] : [slot, slot.before];
}

function superseded(): ApiError {
  return new ApiError(409, 'superseded', 'Another request of yours to watch came before this one was answered.');
}
