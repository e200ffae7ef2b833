/** One session of WHIP or WHEP, from the answer to its end: which ICE session it is in, and its changes one after the other (RFC 9725 §4.3). */
import { refusal } from './errors.ts';
import { FragmentError, parseFragment, type IceFragment } from './fragment.ts';
import type { WhipMedia } from './handler.ts';
import { checkIfMatch } from './preconditions.ts';

/** Changes that wait for those before them. */
const MAX_WAITING = 16;
/** Over the life of a session; no browser finds nearly as many candidates, nor changes its network as often. */
const MAX_CHANGES = 1_000;

/** What a change came to. */
export interface Changed {
  /** This side's part of a restart; undefined where candidates were taken. */
  readonly restarted: IceFragment | undefined;
  /** Names the ICE session that holds now. */
  readonly tag: string;
}

export class WhipSession {
  readonly id: string;
  readonly resource: string;
  readonly media: WhipMedia;
  readonly #newTag: () => string;
  /** Of the client's present ICE session; several where its offer does not bundle. */
  #ufrags: ReadonlySet<string>;
  #tag: string;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #changes = 0;
  #over = false;

  /** @param offer in SDP @param newTag makes entity-tags that differ from each other */
  constructor(id: string, { resource, offer, media, newTag }: { resource: string; offer: string; media: WhipMedia; newTag: () => string }) {
    this.id = id;
    this.resource = resource;
    this.media = media;
    this.#newTag = newTag;
    this.#tag = newTag();
    this.#ufrags = new Set([...offer.matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, ufrag = '']) => ufrag));
  }

  /** What the entity-tag of the present ICE session holds between its quotes. */
  get tag(): string {
    return this.#tag;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whether ICE's news are taken at all. */
  get changeable(): boolean {
    return this.media.candidates !== undefined || this.media.restart !== undefined;
  }

  /**
   * Takes candidates, or restarts ICE where the fragment has other credentials than before.
   * @param ifMatch the header's value
   * @throws WhipError 400, 404 when it has ended meanwhile, 412, 422, 428, 429, and what the handler throws
   */
  change(ifMatch: string | undefined, text: string): Promise<Changed> {
    if (this.#waiting >= MAX_WAITING || ++this.#changes > MAX_CHANGES) {
      return Promise.reject(refusal(429, 'too-many-requests', 'Too many changes of this session: wait for the answers.', { 'Retry-After': '1' }));
    }
    this.#waiting++;
    const turn = this.#turn.then(() => this.#change(ifMatch, text));
    this.#turn = turn.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return turn;
  }

  /** It is over; nothing is asked of its media any more. */
  finish(): void {
    this.#over = true;
  }

  async #change(ifMatch: string | undefined, text: string): Promise<Changed> {
    if (this.#over) throw unknownSession();
    checkIfMatch(ifMatch, this.#tag);
    const fragment = readFragment(text);
    const { credentials } = fragment;
    if (credentials !== undefined && !this.#ufrags.has(credentials.ufrag)) return this.#restart(fragment, credentials.ufrag);
    if (this.media.candidates === undefined) throw refusal(422, 'not-supported', 'This session takes no candidates after the offer; it can be restarted.');
    await this.media.candidates(fragment);
    return { restarted: undefined, tag: this.#tag };
  }

  async #restart(fragment: IceFragment, ufrag: string): Promise<Changed> {
    if (this.media.restart === undefined) throw refusal(422, 'not-supported', 'ICE of this session cannot be restarted: begin another.');
    if (fragment.credentials?.password === '') throw refusal(400, 'bad-fragment', 'The fragment cannot be used: a restart needs an ice-pwd.');
    const restarted = await this.media.restart(fragment);
    this.#ufrags = new Set([ufrag]);
    this.#tag = this.#newTag();
    return { restarted, tag: this.#tag };
  }
}

export function unknownSession() {
  return refusal(404, 'unknown-session', 'There is no such session: it may have ended.');
}

function readFragment(text: string): IceFragment {
  try {
    return parseFragment(text);
  } catch (error) {
    if (!(error instanceof FragmentError)) throw error;
    throw refusal(400, 'bad-fragment', `The fragment cannot be used: ${error.message}.`);
  }
}
