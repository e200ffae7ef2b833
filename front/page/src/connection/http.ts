/** One JSON request to front over HTTP, and what became of it. */
import { FailureError, failureIdOf, type FailureId } from './failure.ts';
import { isRecord } from './fields.ts';

export const REQUEST_TIMEOUT_MS = 8_000;

/** Longer pauses than this are not asked for by any service that means it, s. */
const MAX_RETRY_AFTER_SECONDS = 600;

export interface HttpOptions {
  readonly fetch: typeof fetch;
  /** Where front is: empty for the page's own origin. */
  readonly base?: string;
}

export interface HttpRequest {
  /** POST where nothing is said. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: object;
  /** An access token: who asks. */
  readonly bearer?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** What it means when no answer comes in time. */
  readonly late?: FailureId;
}

export class Http {
  readonly #fetch: typeof fetch;
  readonly #base: string;

  constructor({ fetch, base = '' }: HttpOptions) {
    this.#fetch = fetch;
    this.#base = base;
  }

  /**
   * @returns the answer's JSON object; an empty one where the answer has none
   * @throws FailureError when front is away or refuses; whatever `signal` was aborted with when it was
   */
  async ask(path: string, request: HttpRequest = {}): Promise<Record<string, unknown>> {
    const { method = 'POST', body, bearer, timeoutMs = REQUEST_TIMEOUT_MS, late = 'service-away' } = request;
    const deadline = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let answered: unknown;
    try {
      response = await this.#fetch(this.#base + path, {
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: request.signal ? AbortSignal.any([request.signal, deadline]) : deadline,
      });
      answered = await response.json().catch(() => undefined);
    } catch (cause) {
      if (request.signal?.aborted) throw cause;
      throw new FailureError({ id: deadline.aborted ? late : 'service-away' }, { cause });
    }
    const answer = isRecord(answered) ? answered : {};
    if (response.ok) return answer;
    throw new FailureError({ id: failureIdOf(response.status, answer['error']), ...retryAfter(response), ...detail(answer) });
  }
}

function retryAfter(response: Response): { retryAfterMs?: number } {
  const header = response.headers.get('retry-after');
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000 } : {};
}

function detail(answer: Record<string, unknown>): { detail?: string } {
  return typeof answer['message'] === 'string' && answer['message'] !== '' ? { detail: answer['message'] } : {};
}
