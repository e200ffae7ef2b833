/** front's JSON interface of names and watching: each function is one POST of `{name, content}`. */
import type { ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { FailureError } from './failure.ts';
import { textOf } from './fields.ts';
import { Http, type HttpOptions, type HttpRequest } from './http.ts';
import { MAX_NAME_UNITS } from './person.ts';
import { parseStreamers, type Streamer } from './streamer.ts';

/** An INVITE is given up after 64·T1 = 32 s; front may make it twice, but nobody watches a spinner that long without being told. */
export const OFFER_TIMEOUT_MS = 36_000;

export class Api {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  /**
   * Reserves a name for this browser, which proves it afterwards by a cookie.
   * @param bearer the access token of an account, whose own name it then becomes, with a number where that is taken
   * @returns the name that one has now; undefined when it is somebody else's
   * @throws FailureError when front is away or refuses the name as malformed
   */
  async register(name: string, bearer?: string): Promise<string | undefined> {
    const answer = await this.#post('/register', name, {}, { bearer });
    return answer['request'] === 'accepted' ? (textOf(answer['name'], MAX_NAME_UNITS) ?? name) : undefined;
  }

  /**
   * Takes another name instead of one's own; calls and rooms go on under it.
   * @returns false when it is somebody else's
   * @throws FailureError
   */
  async rename(name: string, to: string): Promise<boolean> {
    return (await this.#post('/rename', name, { to }))['request'] === 'accepted';
  }

  /** Asks for the list of streamers. @throws FailureError */
  async streamers(name: string): Promise<Streamer[]> {
    const answer = await this.#post('/options', name, {});
    const streamers = parseStreamers(answer['streamers']);
    if (!streamers) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no list of streamers.' });
    return streamers;
  }

  /**
   * Sends an SDP offer to a streamer, which is chosen by that: it costs no request of its own.
   * @param beside whether the call before goes on until this one is answered
   * @returns the streamer's SDP answer
   * @throws FailureError
   */
  async offer(name: string, streamer: string, sdp: string, signal?: AbortSignal, beside = false): Promise<string> {
    const content = { type: 'offer', sdp, streamer, ...(beside ? { beside } : {}) };
    const answer = await this.#post('/offer', name, content, { signal, timeoutMs: OFFER_TIMEOUT_MS, late: 'streamer-silent' });
    if (answer['type'] !== 'answer' || typeof answer['sdp'] !== 'string') throw new FailureError({ id: 'bad-answer' });
    return answer['sdp'];
  }

  /**
   * Hangs up. Failures are of no interest to someone who leaves: front ends the call by itself when the page is gone.
   * @param failure why no media came, where that is the reason
   */
  async leave(name: string, failure?: ConnectionFailureId): Promise<void> {
    await this.#post('/leave', name, failure === undefined ? {} : { failure }).catch(() => undefined);
  }

  #post(path: string, name: string, content: object, more: HttpRequest = {}): Promise<Record<string, unknown>> {
    return this.#http.ask(path, { ...more, body: { name, content } });
  }
}

/** The body of `POST /leave`, for a beacon that outlives the page. */
export function leaveBeacon(name: string): Blob {
  return new Blob([JSON.stringify({ name, content: {} })], { type: 'application/json' });
}
