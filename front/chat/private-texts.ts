/** Texts between two outside any room: MESSAGE from person to person (RFC 3428), by way of the daemon. */
import { ApiError } from '../api-error.ts';
import { signalingSilent } from '../failures.ts';
import type { Agent, Clock, IncomingRequest, SipResponse } from '../../shared/sip/index.ts';
import type { PersonContacts } from '../people/contacts.ts';
import type { Page } from '../people/page.ts';
import type { Presence } from '../people/presence.ts';
import { Window } from '../people/window.ts';
import type { Domain } from '../sip/domain.ts';
import { nameSchema } from '../viewers/name.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { MAX_TEXT_CHARACTERS, readable, sayable, tooManyTexts } from './text.ts';

const TEXT_TYPE = 'text/plain';
const MERGED = 482;

/** Texts that one person may say, and that one person is told by whom he likes. */
const SAID = { count: 10, ms: 5_000 } as const;
const HEARD = { count: 60, ms: 5_000 } as const;
const RETRY_AFTER_SECONDS = 5;

export interface PrivateTextsOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly contacts: PersonContacts;
  readonly presence: Presence;
  readonly find: (name: string) => Viewer | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class PrivateTexts {
  readonly #options: PrivateTextsOptions;
  readonly #said = new WeakMap<Viewer, Window>();
  readonly #heard = new WeakMap<Viewer, Window>();

  constructor(options: PrivateTextsOptions) {
    this.#options = options;
    options.agent.handle('MESSAGE', (incoming) => this.#hear(incoming));
  }

  /** @throws ApiError 400 `empty-text`, 413 `too-large`, 429 `too-many-requests`, 404 `unknown-person`, 504 `signaling-silent` */
  async say({ viewer }: Page, person: string, text: string): Promise<void> {
    const { agent, domain, clock } = this.#options;
    const body = sayable(text);
    if (!windowOf(this.#said, viewer, SAID).admit(clock.now())) throw tooManyTexts();
    const to = domain.addressOf(person);
    const request = agent.createRequest('MESSAGE', to, { from: domain.addressOf(viewer.name), to, body, contentType: TEXT_TYPE });
    let response: SipResponse;
    try {
      response = await agent.request(request, { nextHop: domain.nextHop });
    } catch (error) {
      throw signalingSilent(error);
    }
    const { status, reason } = response;
    // Of two daemons one died with the answer: the other side has the text already (RFC 3261 §8.2.2.2).
    if (status < 300 || (status === MERGED && agent.servers !== undefined)) return;
    if (status === 503) throw tooManyTexts();
    if ([404, 405, 408, 410, 480, 501, 604].includes(status)) throw new ApiError(404, 'unknown-person', `“${person}” is not here to read it.`);
    throw new ApiError(502, 'signaling-error', `The text could not be delivered (${status} ${reason}).`);
  }

  #hear(incoming: IncomingRequest): void {
    const { contacts, find, now } = this.#options;
    const { request } = incoming;
    const viewer = find(contacts.nameIn(request) ?? '');
    const from = nameSchema.safeParse(request.from.parsedUri().user).data;
    const text = readable(request.bodyText());
    const refusal = this.#refusalOf(incoming, viewer, from, text);
    if (refusal !== undefined || !viewer || from === undefined) {
      incoming.reply(refusal ?? 400, refusal === 503 ? { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } } : {});
      return;
    }
    incoming.reply(200);
    viewer.tell({ type: 'text', from, to: viewer.name, time: new Date(now()).toISOString(), text, private: true });
  }

  #refusalOf({ request, dialogless }: IncomingRequest, viewer: Viewer | undefined, from: string | undefined, text: string): number | undefined {
    const { contacts, presence, clock } = this.#options;
    if (!dialogless) return 481;
    if (contacts.nameIn(request) === undefined) return 404;
    if (!viewer || !presence.has(viewer)) return 480;
    if (request.contentType !== TEXT_TYPE) return 415;
    if (from === undefined || text === '') return 400;
    if (Array.from(text).length > MAX_TEXT_CHARACTERS) return 413;
    return windowOf(this.#heard, viewer, HEARD).admit(clock.now()) ? undefined : 503;
  }
}

function windowOf(windows: WeakMap<Viewer, Window>, viewer: Viewer, limits: { count: number; ms: number }): Window {
  const window = windows.get(viewer) ?? new Window(limits);
  windows.set(viewer, window);
  return window;
}
