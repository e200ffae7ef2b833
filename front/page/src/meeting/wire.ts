/** What calls and rooms need of the connection to front. */
import type { EventOf, EventType } from '../connection/events.ts';
import type { Reply, Requests, RequestType } from '../connection/replies.ts';

export interface Wire {
  request<T extends RequestType>(type: T, body: Requests[T]): Promise<Reply<T>>;
  /** @returns ends the listening */
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): () => void;
}
