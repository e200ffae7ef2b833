/** Hands what front tells, and what becomes of the connection to it, to whichever parts of the page want to hear it. */
import type { ServerMessage } from './messages.ts';

export type PageEvent =
  | Exclude<ServerMessage, { readonly type: 'reply' | 'error' | 'pong' }>
  /** The socket is open, for the first time. */
  | { readonly type: 'connected' }
  /** The socket is open again after it was lost: within 3 s a call or a room may be resumed. */
  | { readonly type: 'resumed' }
  /** The socket was lost; requests under way have failed. */
  | { readonly type: 'disconnected' };

export type EventType = PageEvent['type'];
export type EventOf<T extends EventType> = Extract<PageEvent, { readonly type: T }>;

export class Events {
  readonly #listeners = new Map<EventType, Set<(event: never) => void>>();

  /**
   * Calls `listener` at each event of a type.
   * @returns ends that
   */
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<T extends EventType>(event: EventOf<T>): void {
    // A listener may end itself or another one meanwhile.
    for (const listener of [...(this.#listeners.get(event.type) ?? [])]) (listener as (event: EventOf<T>) => void)(event);
  }
}
