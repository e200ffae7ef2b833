/** What a page may ask over its WebSocket: a type, the shape of the rest, and who serves it. */
import type { z } from 'zod';
import type { Calls } from '../../calls/calls.ts';
import type { PrivateTexts } from '../../chat/private-texts.ts';
import type { Meetings } from '../../meetings/meetings.ts';
import type { Page } from '../../people/page.ts';
import type { TraceReaders } from '../../trace/trace-readers.ts';

/** What requests work on. */
export interface RequestContext {
  readonly calls: Calls;
  readonly meetings: Meetings;
  readonly texts: PrivateTexts;
  readonly trace: TraceReaders;
}

export interface PageRequest<Message = never> {
  readonly type: string;
  readonly schema: z.ZodType<Message>;
  /** Costs others something: somebody rings, a room is joined, a text is read. */
  readonly costly: boolean;
  /** Speaks to others in the person's name, which must be known to be his, and waits for what they say. */
  readonly asPerson: boolean;
  /**
   * Serves it. What comes back is the reply; `{}` without anything.
   * @param reply sends the reply at once, where something is to be told after it
   * @throws ApiError which becomes the answer
   */
  handle(message: Message, page: Page, context: RequestContext, reply: (body: object) => void): void | Promise<void>;
}

/** Ties the types of schema and handler together. */
export function pageRequest<Message>(request: PageRequest<Message>): PageRequest {
  return request as unknown as PageRequest;
}
