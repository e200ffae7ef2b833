/** One viewer's quality: what his feedback says of his way, and which rendition he gets for it. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { QualityChoice, QualityControl, QualityState } from '../fanout/quality-control.ts';
import { Estimator } from './estimator.ts';
import type { PacketFate } from './packet-fate.ts';
import { costOf, RenditionChoice, type RenditionOption } from './rendition-choice.ts';

/** Reports and the viewer's own estimates count only where no transport-wide feedback has come for so long. */
const FEEDBACK_SILENCE_MS = 3_000;
/** A round trip this much longer than the shortest means that something waits on the way. */
const DELAYED_MS = 250;
/** What is estimated without measuring ends at this many times what the best rendition costs. */
const CEILING = 1.5;

export interface QualityOptions {
  /** Renditions in the codec that the viewer takes, best first; at least one. */
  readonly renditions: readonly RenditionOption[];
  readonly clock: Clock;
}

export class Quality implements QualityControl {
  readonly #clock: Clock;
  readonly #renditions: RenditionChoice;
  readonly #estimator: Estimator;
  #feedbackMs = -Infinity;
  #leastRoundTripMs = Infinity;
  #acquittals = 0;
  readonly #listeners: (() => void)[] = [];

  constructor({ renditions, clock }: QualityOptions) {
    this.#clock = clock;
    this.#renditions = new RenditionChoice(renditions, clock.now());
    this.#estimator = new Estimator(CEILING * Math.max(...renditions.map(costOf)));
  }

  /** To be called for each transport-wide feedback, with the packets in the order in which they were sent. */
  onTransportFeedback(fates: readonly PacketFate[]): void {
    if (fates.length === 0) return;
    this.#feedbackMs = this.#clock.now();
    this.#estimator.heed(fates, this.#feedbackMs);
    this.#update(this.#estimator.sentRate(this.#feedbackMs));
  }

  /** To be called for each receiver report on the viewer's video. */
  onReport({ fractionLost, roundTripMs }: { readonly fractionLost: number; readonly roundTripMs: number | undefined }): void {
    if (!this.#withoutFeedback) return;
    if (roundTripMs !== undefined) this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs, roundTripMs);
    const delayed = roundTripMs !== undefined && roundTripMs - this.#leastRoundTripMs > DELAYED_MS;
    this.#estimator.heedReport(fractionLost, delayed, costOf(this.#renditions.current), this.#clock.now());
    this.#update(undefined);
  }

  /** To be called for each REMB. */
  onEstimatedBitrate(bitsPerSecond: number): void {
    if (!this.#withoutFeedback) return;
    this.#estimator.heedEstimate(bitsPerSecond, costOf(this.#renditions.current), this.#clock.now());
    this.#update(undefined);
  }

  choose(): QualityChoice {
    const { current, descended } = this.#renditions;
    const { estimate, congested } = this.#estimator;
    return { track: current.track, urgent: descended, dropDiscardable: congested || (estimate !== undefined && estimate < costOf(current)) };
  }

  pin(name: string | undefined): void {
    if (this.#renditions.pin(name)) this.#changed();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  get congested(): boolean {
    return this.#estimator.congested;
  }

  get state(): QualityState {
    const { current, pinned, names } = this.#renditions;
    const { estimate } = this.#estimator;
    return { name: current.name, pinned, available: names, estimatedBitrate: estimate === undefined ? undefined : Math.round(estimate) };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  get #withoutFeedback(): boolean {
    return this.#clock.now() - this.#feedbackMs > FEEDBACK_SILENCE_MS;
  }

  #update(sentRate: number | undefined): void {
    const { estimate, acquittals } = this.#estimator;
    if (acquittals > this.#acquittals) this.#renditions.forgive();
    this.#acquittals = acquittals;
    if (estimate === undefined) return;
    const { current } = this.#renditions;
    this.#renditions.update(estimate, sentRate, this.#clock.now());
    if (this.#renditions.current !== current) this.#changed();
  }
}
