/** A part of the streamer that answers offers and carries viewers, whatever thread it lives in. */
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { Totals } from '../fanout/totals.ts';

/** One viewer as his call sees him. */
export interface Watching {
  /** What the viewer has to be told, in SDP. */
  readonly answer: string;
  /**
   * Takes another offer of the same session: ICE begins anew where its credentials are others, and media goes on.
   * @returns the answer
   * @throws SdpError, NotAcceptableError where it would change anything else
   * @throws ShardUnavailableError when whoever carries him is gone
   */
  renew(offer: string): Promise<string>;
  /** Further addresses at which the viewer says that he can be reached: values of `a=candidate:` lines (RFC 8840). */
  addCandidates(candidates: readonly string[]): void;
  /** Hears once when media begins to flow. */
  onConnected(listener: () => void): void;
  /** Hears once when the first packet of what he is shown has gone out. */
  onFirstFrame(listener: () => void): void;
  /** The viewer has the answer: he is expected to connect from now on. */
  delivered(): void;
  /** Hears once why the connection ended by itself; with a diagnosis where media never came up. */
  onClosed(listener: (reason: string, diagnosis: Diagnosis | undefined) => void): void;
  /** Frees everything that the viewer holds. @returns what is known of him in the end; undefined when no media ever flowed */
  close(): Promise<ViewerStatistics | undefined>;
}

export interface Shard {
  /** Viewers that are connected or about to be. */
  readonly viewers: number;
  /** Whether it can take a viewer now. */
  readonly available: boolean;
  /**
   * Answers a viewer's offer, and sends him media as soon as his connection is up.
   * @param name what he is known by in statistics: the Call-ID of his call
   * @throws SdpError when the offer is none
   * @throws NotAcceptableError when nothing in it can be sent
   * @throws ShardUnavailableError when viewers cannot be carried at the moment
   */
  admit(name: string, offer: string): Promise<Watching>;
  /** What is known of each viewer to whom media flows, by his name; there within a second, whoever hangs. */
  statistics(): Promise<ReadonlyMap<string, ViewerStatistics>>;
  /** What was sent to all viewers since the shard began, those who have gone included; there within a second as well. */
  totals(): Promise<Totals>;
  /** Lets go of all viewers, and resolves when everything is freed. */
  close(): Promise<void>;
}

/** Viewers cannot be carried just now, but may be in a moment (SIP 503). */
export class ShardUnavailableError extends Error {
  override readonly name = 'ShardUnavailableError';
}
