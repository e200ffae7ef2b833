/** Publishing over HTTP (WHIP, RFC 9725): the offer goes out by one POST, whose `Location` is the session until it is deleted. */
import { FailureError, failureIdOf } from '../connection/failure.ts';
import { isRecord } from '../connection/fields.ts';
import type { HttpOptions } from '../connection/http.ts';

/** front tries every process that takes what is published, each for some seconds. */
const PUBLISH_TIMEOUT_MS = 20_000;

export interface Publication {
  /** Under which others find it. */
  readonly name: string;
  /** Empty for none. */
  readonly title: string;
  /** The browser's offer. */
  readonly sdp: string;
  /** An access token: who publishes. */
  readonly bearer: string | undefined;
}

export interface PublishedSession {
  /** In SDP. */
  readonly answer: string;
  /** Whoever has it can end the session. */
  readonly location: string;
}

export class WhipClient {
  readonly #fetch: typeof fetch;
  readonly #base: string;

  constructor({ fetch, base = '' }: HttpOptions) {
    this.#fetch = fetch;
    this.#base = base;
  }

  /** @throws FailureError `name-taken`, `no-ingest`, `sign-in-required` and others */
  async publish({ name, title, sdp, bearer }: Publication): Promise<PublishedSession> {
    const query = title === '' ? '' : `?title=${encodeURIComponent(title)}`;
    const response = await this.#ask(`/whip/${encodeURIComponent(name)}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
      body: sdp,
      signal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS),
    });
    const text = await response.text().catch(() => '');
    if (!response.ok) throw refusal(response.status, text);
    const location = response.headers.get('location');
    if (location === null || text === '') throw new FailureError({ id: 'unexpected', detail: 'The answer names no session.' });
    return { answer: text, location };
  }

  /** Failures are of no interest to someone who leaves. The request outlives the page. */
  async end(location: string): Promise<void> {
    await this.#ask(location, { method: 'DELETE', keepalive: true }).catch(() => undefined);
  }

  async #ask(path: string, request: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(this.#base + path, request);
    } catch (cause) {
      throw new FailureError({ id: 'service-away' }, { cause });
    }
  }
}

function refusal(status: number, text: string): FailureError {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const { error, message } = isRecord(answer) ? answer : {};
  return new FailureError({ id: failureIdOf(status, error), ...(typeof message === 'string' && message !== '' && { detail: message }) });
}
