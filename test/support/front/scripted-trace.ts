/** A source of messages that says what a test tells it to. */
import type { ApiError } from '../../../front/api-error.ts';
import type { TraceBatch, TracedMessage } from '../../../front/trace/batch.ts';
import type { TraceListener, TraceSource, TraceSubscription } from '../../../front/trace/source.ts';

export class ScriptedTrace implements TraceSource {
  /** What was asked so far: `subscribed`, `lose`, `ended`. */
  readonly log: string[] = [];
  #listener: TraceListener | undefined;

  subscribe(listener: TraceListener): TraceSubscription {
    this.log.push('subscribed');
    this.#listener = listener;
    return {
      lose: async () => {
        this.log.push('lose');
      },
      end: async () => {
        this.log.push('ended');
      },
    };
  }

  batch(from: number, messages: readonly TracedMessage[], more: Partial<TraceBatch> = {}): void {
    this.#listener?.onBatch({ from, dropped: 0, messages: [...messages], parties: {}, ...more });
  }

  /** The newest subscription is over. */
  end(error: ApiError): void {
    this.#listener?.onEnded(error);
  }
}

export function tracedMessage(raw: string, at = 1_800_000_000_000): TracedMessage {
  return { at, source: '127.0.0.1:5065', target: '127.0.0.1:5060', raw };
}
