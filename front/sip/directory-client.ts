/** Asks the signaling daemon who streams: OPTIONS to the daemon itself (RFC 3261 §11), page by page where one datagram does not hold all. */
import { TransactionTimeoutError, TransportError } from '../../shared/sip/index.ts';
import type { Agent, SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent } from '../failures.ts';
import { MAX_STREAMERS, readDirectoryPage } from '../directory/streamer.ts';
import type { DirectoryPage, Streamer } from '../directory/streamer.ts';
import type { Domain } from './domain.ts';

const JSON_TYPE = 'application/json';

/** Bounds what one question can cost, whatever a daemon says of further pages. */
const MAX_PAGES = 500;

export class DirectoryClient {
  readonly #agent: Agent;
  readonly #domain: Domain;

  constructor(agent: Agent, domain: Domain) {
    this.#agent = agent;
    this.#domain = domain;
  }

  /**
   * The directory from `offset` on, asked for in the name of `asker`.
   * @throws ApiError 504 when the daemon is silent, 502 when it refuses or its answer cannot be used.
   */
  async fetch(asker: string, offset = 0): Promise<Streamer[]> {
    const streamers = new Map<string, Streamer>();
    let next: number | undefined = offset;
    for (let pages = 0; next !== undefined && pages < MAX_PAGES && streamers.size < MAX_STREAMERS; pages++) {
      const page: DirectoryPage = await this.#page(asker, next);
      // The directory may change between two pages, so that a streamer is met twice.
      for (const streamer of page.streamers) streamers.set(streamer.name, streamer);
      next = page.next !== undefined && page.next > next ? page.next : undefined;
    }
    return [...streamers.values()];
  }

  async #page(asker: string, offset: number): Promise<DirectoryPage> {
    const response = await this.#ask(asker, offset);
    if (response.status < 200 || response.status > 299) {
      const refused = response.status === 401 || response.status === 403;
      throw new ApiError(502, refused ? 'signaling-refused' : 'signaling-error', `The signaling daemon answers ${response.status} ${response.reason} when asked for its directory.`);
    }
    const page = readDirectoryPage(response.bodyText());
    if (page === undefined) throw new ApiError(502, 'signaling-error', 'The signaling daemon answers with something that is no directory.');
    return page;
  }

  async #ask(asker: string, offset: number): Promise<SipResponse> {
    const { uri, nextHop } = this.#domain;
    const question = offset === 0 ? {} : { body: JSON.stringify({ offset }), contentType: JSON_TYPE };
    const request = this.#agent.createRequest('OPTIONS', uri, {
      from: this.#domain.addressOf(asker),
      to: uri,
      headers: { Accept: JSON_TYPE },
      ...question,
    });
    try {
      return await this.#agent.request(request, { nextHop });
    } catch (error) {
      if (!(error instanceof TransactionTimeoutError || error instanceof TransportError)) throw error;
      throw signalingSilent(error);
    }
  }
}
