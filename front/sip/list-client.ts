/** Asks the signaling daemon for one of its lists: OPTIONS to the daemon itself (RFC 3261 §11), page by page where one datagram does not hold all. */
import { TransactionTimeoutError, TransportError } from '../../shared/sip/index.ts';
import type { Agent, SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent } from '../failures.ts';
import type { ListPackage, ListPage } from '../directory/list-package.ts';
import type { Domain } from './domain.ts';

const JSON_TYPE = 'application/json';

/** The list that OPTIONS gives when none is named. */
const UNNAMED_LIST = 'directory';

/** Bounds what one question can cost, whatever a daemon says of further pages. */
const MAX_PAGES = 500;

export interface ListClientOptions<Entry> {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly list: ListPackage<Entry>;
}

export class ListClient<Entry> {
  readonly #agent: Agent;
  readonly #domain: Domain;
  readonly #list: ListPackage<Entry>;

  constructor({ agent, domain, list }: ListClientOptions<Entry>) {
    this.#agent = agent;
    this.#domain = domain;
    this.#list = list;
  }

  /**
   * The list from `offset` on, asked for in the name of `asker`.
   * @throws ApiError 504 when the daemon is silent, 502 when it refuses or its answer cannot be used.
   */
  async fetch(asker: string, offset = 0): Promise<Entry[]> {
    const { maxEntries, idOf } = this.#list;
    const entries = new Map<string, Entry>();
    let next: number | undefined = offset;
    for (let pages = 0; next !== undefined && pages < MAX_PAGES && entries.size < maxEntries; pages++) {
      const page: ListPage<Entry> = await this.#page(asker, next);
      // The list may change between two pages, so that an entry is met twice.
      for (const entry of page.entries) entries.set(idOf(entry), entry);
      next = page.next !== undefined && page.next > next ? page.next : undefined;
    }
    return [...entries.values()];
  }

  async #page(asker: string, offset: number): Promise<ListPage<Entry>> {
    const response = await this.#ask(asker, offset);
    if (response.status < 200 || response.status > 299) {
      const refused = response.status === 401 || response.status === 403;
      throw new ApiError(502, refused ? 'signaling-refused' : 'signaling-error', `The signaling daemon answers ${response.status} ${response.reason} when asked for its ${this.#list.noun}.`);
    }
    const page = this.#list.readPage(response.bodyText());
    if (page === undefined) throw new ApiError(502, 'signaling-error', `The signaling daemon answers with something that is no ${this.#list.noun}.`);
    return page;
  }

  async #ask(asker: string, offset: number): Promise<SipResponse> {
    const { uri, nextHop } = this.#domain;
    const { event } = this.#list;
    const named = event === UNNAMED_LIST ? {} : { list: event };
    const question = offset === 0 && event === UNNAMED_LIST ? {} : { body: JSON.stringify({ ...named, offset }), contentType: JSON_TYPE };
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
