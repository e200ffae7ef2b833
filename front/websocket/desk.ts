/** Serves what pages ask over their WebSockets: checks it, hands it to whom it is for, and sends the reply or the error with its number. */
import { z } from 'zod';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import { storeFailure } from '../failures.ts';
import type { Page } from '../people/page.ts';
import type { Pages } from '../people/pages.ts';
import type { Presence } from '../people/presence.ts';
import { Window } from '../people/window.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { REQUESTS } from './requests/all.ts';
import type { RequestContext } from './requests/request.ts';

/** Requests of one person that cost others something, over all his pages. */
const COSTLY = { count: 30, ms: 10_000 } as const;

/** Requests of one page that wait for others' answers. */
const MAX_WAITING = 32;

const envelope = z.object({ id: z.int().min(0), type: z.string().max(32) });

const BAD_MESSAGE = new ApiError(400, 'bad-message', 'A message must be {"type", "id", …} with a type that is known here, or {"type": "ping"}.');

export interface DeskOptions {
  readonly context: RequestContext;
  readonly presence: Pick<Presence, 'confirmed'>;
  readonly pages: Pick<Pages, 'has'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #costly = new WeakMap<Viewer, Window>();
  readonly #waiting = new WeakMap<Page, number>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** A message of a page, from JSON; undefined for what was none. Never rejects. */
  async serve(page: Page, message: unknown): Promise<void> {
    const numbered = envelope.safeParse(message);
    const request = REQUESTS.get(numbered.data?.type ?? '');
    if (!numbered.success || !request) {
      page.tell(errorMessage(BAD_MESSAGE, numbered.data?.id));
      return;
    }
    const { id } = numbered.data;
    let replied = false;
    const reply = (body: object): void => {
      if (!replied) page.tell({ type: 'reply', id, ...body });
      replied = true;
    };
    const { costly, asPerson } = request;
    this.#wait(page, Number(asPerson));
    try {
      if ((asPerson && this.#waitingOf(page) > MAX_WAITING) || (costly && !this.#admit(page))) throw tooManyRequests();
      const parsed = request.schema.safeParse(message);
      if (!parsed.success) throw malformed(parsed.error);
      if (asPerson) await this.#options.presence.confirmed(page.viewer);
      // Whoever has gone meanwhile would own what nobody ends.
      if (!this.#options.pages.has(page)) return;
      await request.handle(parsed.data, page, this.#options.context, reply);
      reply({});
    } catch (error) {
      page.tell(errorMessage(this.#errorOf(error, request.type), id));
    } finally {
      this.#wait(page, -Number(asPerson));
    }
  }

  #waitingOf(page: Page): number {
    return this.#waiting.get(page) ?? 0;
  }

  #wait(page: Page, more: number): void {
    this.#waiting.set(page, this.#waitingOf(page) + more);
  }

  #admit({ viewer }: Page): boolean {
    const window = this.#costly.get(viewer) ?? new Window(COSTLY);
    this.#costly.set(viewer, window);
    return window.admit(this.#options.clock.now());
  }

  #errorOf(thrown: unknown, type: string): ApiError {
    const { log } = this.#options;
    const error = storeFailure(thrown) ?? thrown;
    if (error instanceof ApiError) {
      log.debug({ error: error.code, type, err: error.cause }, 'a page’s request is refused');
      return error;
    }
    log.error({ err: error, type }, 'a page’s request failed for a reason of our own');
    return new ApiError(500, 'internal-error', 'Something went wrong in this server; its log says more.', { cause: error });
  }
}

/** The answer of an error; without a number where the message had none. */
export function errorMessage(error: ApiError, id: number | undefined): object {
  return { type: 'error', ...(id === undefined ? {} : { id }), ...error.toJSON() };
}

function malformed(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  return new ApiError(400, 'bad-message', `${place === '' ? 'The message' : `"${place}"`} ${issue?.message ?? 'is malformed'}.`);
}

function tooManyRequests(): ApiError {
  return new ApiError(429, 'too-many-requests', 'So many requests so fast: wait a few seconds.');
}
