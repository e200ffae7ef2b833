/** What whoever serves media brings to an endpoint: it answers offers, and knows of each session how to go on with it and how to end it. */
import type { IceFragment } from './fragment.ts';

/** Somebody wants to watch, or to publish. */
export interface WhipOffer<Asker = undefined> {
  /** What was asked for: the part of the address that follows the endpoint's own, decoded. */
  readonly resource: string;
  /** The offer, in SDP. */
  readonly sdp: string;
  /** Of the request's address. */
  readonly query: URLSearchParams;
  /** Who asks, as the HTTP server knows it. */
  readonly asker: Asker;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A session that was answered. */
export interface WhipMedia {
  /** In SDP, with all candidates: no more can be told afterwards (RFC 9725 §4.3.2). */
  readonly answer: string;
  /** Candidates that the client found later. Without it such requests are refused with 422. @throws WhipError to refuse them */
  candidates?(fragment: IceFragment): void | Promise<void>;
  /**
   * The client restarts ICE with these credentials; media goes on meanwhile. Without it that is refused with 422, and without either with 405.
   * @returns the credentials and candidates of this side @throws WhipError to refuse it; the session goes on then
   */
  restart?(fragment: IceFragment): Promise<IceFragment>;
  /** Ends it. Called once at most, and not when it has ended by itself. */
  end(): void | Promise<void>;
  /** Tells, at most once, that it has ended by itself. */
  onEnded?(listener: () => void): void;
}

/** Answers an offer. @throws WhipError to refuse it */
export type Begin<Asker = undefined> = (offer: WhipOffer<Asker>) => Promise<WhipMedia>;
