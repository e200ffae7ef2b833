/** Where the messages come from that pages read along; front/sip/ gets them by a subscription (RFC 6665). */
import type { ApiError } from '../api-error.ts';
import type { TraceBatch } from './batch.ts';

export interface TraceListener {
  readonly onBatch: (batch: TraceBatch) => void;
  /** Called once, with what readers are to be told. Not after `end()`. */
  readonly onEnded: (error: ApiError) => void;
}

export interface TraceSubscription {
  /** Lets the next datagram be thrown away that the daemon sends. @throws ApiError when the daemon does not */
  lose(): Promise<void>;
  /** Wants no more; resolves when the daemon has confirmed it or never will. */
  end(): Promise<void>;
}

export interface TraceSource {
  subscribe(listener: TraceListener): TraceSubscription;
}
