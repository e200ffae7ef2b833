/** Knows the messages of trace subscriptions by their headers alone: a trace that told of itself would never end. */

/** The event package (RFC 6665) of reading along. */
export const TRACE_EVENT = 'trace';

/** Call-IDs that are remembered; one that is forgotten is met again in the next NOTIFY. */
const MAX_CALL_IDS = 64;

const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/im;
const SUBSCRIPTION = /^(?:SUBSCRIBE|NOTIFY) /;
const EVENT = new RegExp(`^(?:event|o)[ \\t]*:[ \\t]*${TRACE_EVENT}[ \\t]*(?:;|\\r?$)`, 'im');

export class OwnDialogs {
  readonly #callIds = new Set<string>();

  add(callId: string): void {
    this.#callIds.delete(callId);
    this.#callIds.add(callId);
    const [oldest] = this.#callIds;
    if (this.#callIds.size > MAX_CALL_IDS && oldest !== undefined) this.#callIds.delete(oldest);
  }

  /** @param text the message, from its start line on */
  includes(text: string): boolean {
    const callId = CALL_ID.exec(text)?.[1];
    if (callId === undefined) return false;
    if (this.#callIds.has(callId)) return true;
    if (!SUBSCRIPTION.test(text) || !EVENT.test(headerOf(text))) return false;
    this.add(callId);
    return true;
  }
}

function headerOf(text: string): string {
  return text.split(/\r?\n\r?\n/, 1)[0] ?? text;
}
