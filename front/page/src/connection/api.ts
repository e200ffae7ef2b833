/** front's JSON interface over HTTP: each function is one POST of `{name, content}`. */
import { FailureError, failureIdOf, type FailureId } from './failure.ts';
import { isRecord } from './fields.ts';
import { parseStreamers, type Streamer } from './streamer.ts';

/** An INVITE is given up after 64·T1 = 32 s; front may make it twice, but nobody watches a spinner that long without being told. */
export const OFFER_TIMEOUT_MS = 36_000;
export const REQUEST_TIMEOUT_MS = 8_000;

export interface ApiOptions {
  readonly fetch: typeof fetch;
  /** Where front is: empty for the page's own origin. */
  readonly base?: string;
}

interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** What it means when no answer comes in time. */
  readonly late?: FailureId;
}

export class Api {
  readonly #fetch: typeof fetch;
  readonly #base: string;

  constructor({ fetch, base = '' }: ApiOptions) {
    this.#fetch = fetch;
    this.#base = base;
  }

  /**
   * Reserves a name for this browser, which proves it afterwards by a cookie.
   * @throws FailureError when front is away or refuses the name as malformed
   */
  async register(name: string): Promise<'accepted' | 'denied'> {
    const answer = await this.#post('/register', name, {});
    return answer['request'] === 'accepted' ? 'accepted' : 'denied';
  }

  /** Asks for the list of streamers. @throws FailureError */
  async streamers(name: string): Promise<Streamer[]> {
    const answer = await this.#post('/options', name, {});
    const streamers = parseStreamers(answer['streamers']);
    if (!streamers) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no list of streamers.' });
    return streamers;
  }

  /** Chooses the streamer that the next offer goes to. @throws FailureError */
  async choose(name: string, streamer: string, signal?: AbortSignal): Promise<void> {
    await this.#post('/streamer', name, { streamer }, { signal });
  }

  /**
   * Sends an SDP offer to the chosen streamer.
   * @returns the streamer's SDP answer
   * @throws FailureError
   */
  async offer(name: string, sdp: string, signal?: AbortSignal): Promise<string> {
    const answer = await this.#post('/offer', name, { type: 'offer', sdp }, { signal, timeoutMs: OFFER_TIMEOUT_MS, late: 'streamer-silent' });
    if (answer['type'] !== 'answer' || typeof answer['sdp'] !== 'string') throw new FailureError({ id: 'bad-answer' });
    return answer['sdp'];
  }

  /** Hangs up. Failures are of no interest to someone who leaves: front ends the call by itself when the page is gone. */
  async leave(name: string): Promise<void> {
    await this.#post('/leave', name, {}).catch(() => undefined);
  }

  async #post(path: string, name: string, content: object, options: RequestOptions = {}): Promise<Record<string, unknown>> {
    const { timeoutMs = REQUEST_TIMEOUT_MS, late = 'service-away' } = options;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    let response: Response;
    let body: unknown;
    try {
      response = await this.#fetch(this.#base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, content }),
        signal,
      });
      body = await response.json().catch(() => undefined);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw new FailureError({ id: deadline.aborted ? late : 'service-away' }, { cause });
    }
    const answer = isRecord(body) ? body : {};
    if (response.ok) return answer;
    throw new FailureError({ id: failureIdOf(response.status, answer['error']), ...retryAfter(response), ...detail(answer) });
  }
}

function retryAfter(response: Response): { retryAfterMs?: number } {
  const header = response.headers.get('retry-after');
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: Math.min(seconds, 600) * 1000 } : {};
}

function detail(answer: Record<string, unknown>): { detail?: string } {
  return typeof answer['message'] === 'string' && answer['message'] !== '' ? { detail: answer['message'] } : {};
}

/** The body of `POST /leave`, for a beacon that outlives the page. */
export function leaveBeacon(name: string): Blob {
  return new Blob([JSON.stringify({ name, content: {} })], { type: 'application/json' });
}
