/** The event package `trace` (RFC 6665): front is told of every message that passes, in batches, for whoever reads along. */
import { z } from 'zod';
import type { Agent } from '../../shared/sip/agent/agent.ts';
import type { IncomingRequest } from '../../shared/sip/dialog/incoming-request.ts';
import { formatHostPort } from '../../shared/sip/message/host.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { Notifier, NotifierOptions } from '../../shared/sip/subscription/notifier.ts';
import type { NotifyBody, ServerSubscription } from '../../shared/sip/subscription/server-subscription.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { formatBatch } from './batch.ts';
import { TRACE_EVENT } from './own-dialogs.ts';
import type { Parties, Party } from './parties.ts';
import { TraceLog } from './trace-log.ts';
import type { Bookmark } from './trace-log.ts';
import type { TraceTap } from './trace-tap.ts';

/** Readers hear at most this often, ms; and so often while more waits than one datagram holds. */
export const BATCH_MS = 100;
const BUSY_BATCH_MS = 20;
const DEFAULT_EXPIRES_SECONDS = 60;
const MAX_EXPIRES_SECONDS = 600;
/** One for each front. */
const MAX_SUBSCRIPTIONS = 8;
const JSON_TYPE = 'application/json';
/** What fronts are called in digests. */
const FRONT_IDENTITY = 'front';
/** Names that a reader was told are remembered until there are so many. */
const MAX_TOLD = 500;

const question = z.strictObject({ lose: z.literal(1) });

interface Reader {
  bookmark: Bookmark;
  /** Addresses whose names he knows. */
  readonly told: Set<string>;
  readonly compressed: boolean;
  /** Where his front is. */
  readonly address: string;
}

export interface TracePackageOptions extends Pick<NotifierOptions, 'admit' | 'onEnded'> {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly tap: TraceTap;
  readonly parties: Parties;
  /** Who proved to have sent a SUBSCRIBE, by a digest; undefined where nobody needs to. */
  readonly identityOf: (request: SipRequest) => string | undefined;
  /** Whether senders have to prove who they are. */
  readonly proven: boolean;
  readonly log: Logger;
}

export class TracePackage {
  readonly name = TRACE_EVENT;
  readonly #options: TracePackageOptions;
  readonly #notifier: Notifier;
  readonly #log = new TraceLog();
  readonly #readers = new Map<ServerSubscription, Reader>();
  #cancel: Cancel | undefined;
  #toldAt = -Infinity;

  constructor(options: TracePackageOptions) {
    this.#options = options;
    this.#notifier = options.agent.notifier({
      event: TRACE_EVENT,
      content: (subscription) => this.#content(subscription),
      admit: (subscription, incoming) => this.#admit(subscription, incoming),
      onRefresh: (_subscription, incoming) => this.#refreshed(incoming),
      onEnded: (subscription) => this.#ended(subscription),
      defaultExpires: DEFAULT_EXPIRES_SECONDS,
      maxExpires: MAX_EXPIRES_SECONDS,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
    });
  }

  /** A subscription of an earlier life, for `seconds`, to be told of its end. */
  restore(stored: StoredSubscription, seconds: number): ServerSubscription {
    return this.#notifier.restore(stored, seconds);
  }

  /** Stops without a word: after a restart each subscriber is told. */
  close(): void {
    this.#stop();
    for (const subscription of [...this.#notifier.subscriptions]) subscription.discard();
    this.#readers.clear();
  }

  async #admit(subscription: ServerSubscription, incoming: IncomingRequest): Promise<void> {
    const { request, source } = incoming;
    const { tap, parties, identityOf, proven, log } = this.#options;
    tap.own.add(request.callId);
    if (proven && identityOf(request) !== FRONT_IDENTITY) {
      log.warn({ callId: request.callId, source }, 'only a front may read along');
      incoming.reply(403);
      return;
    }
    await this.#options.admit?.(subscription, incoming);
    const address = formatHostPort(source.host, source.port);
    log.debug({ callId: request.callId, source }, 'a front reads along');
    parties.addFront(address, request.from.parsedUri().user ?? FRONT_IDENTITY);
    const encodings = request.headers.values('Accept-Encoding').map((value) => value.split(';', 1)[0]?.trim().toLowerCase());
    this.#readers.set(subscription, { bookmark: this.#log.end, told: new Set(), compressed: encodings.includes('deflate'), address });
    tap.listener = (message) => {
      this.#log.add(message);
      this.#schedule(BATCH_MS);
    };
  }

  #refreshed(incoming: IncomingRequest): void {
    const { request } = incoming;
    if (request.body.length === 0) return;
    if (request.contentType !== JSON_TYPE) {
      incoming.reply(415, { headers: { Accept: JSON_TYPE } });
    } else if (!question.safeParse(parsed(request.bodyText())).success) {
      incoming.reply(400, { reason: 'The body must be {"lose":1}' });
    } else {
      this.#options.log.info({ callId: request.callId }, 'the next datagram is thrown away, as somebody who reads along has asked');
      this.#options.tap.loseNext();
    }
  }

  #content(subscription: ServerSubscription): NotifyBody | undefined {
    const reader = this.#readers.get(subscription);
    if (!reader) return undefined;
    const { told, compressed } = reader;
    const unread = this.#log.since(reader.bookmark);
    const own = new Set(unread.messages.map(({ outbound, source, target }) => (outbound ? source : target)));
    if (told.size > MAX_TOLD) told.clear();
    const partyAt = (address: string): Party | undefined => {
      if (told.has(address)) return undefined;
      return own.has(address) ? { name: 'signaling', kind: 'signaling' } : this.#options.parties.at(address);
    };
    const { body, count } = formatBatch(unread, { compressed, partyAt });
    for (const { source, target } of unread.messages.slice(0, count)) {
      for (const address of [source, target]) if (partyAt(address)) told.add(address);
    }
    reader.bookmark = { next: unread.from + count, skipped: this.#log.end.skipped };
    if (count < unread.messages.length) this.#schedule(BUSY_BATCH_MS);
    return { body, contentType: JSON_TYPE, ...(compressed && { contentEncoding: 'deflate' }) };
  }

  #schedule(pauseMs: number): void {
    const { clock } = this.#options;
    if (this.#cancel) return;
    this.#cancel = clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#toldAt = clock.now();
      const { next, skipped } = this.#log.end;
      for (const [subscription, { bookmark }] of [...this.#readers]) {
        // One whose SUBSCRIBE was given up meanwhile ends without a word.
        if (subscription.ended !== undefined) this.#ended(subscription);
        else if (bookmark.next < next || bookmark.skipped < skipped) subscription.notify();
      }
    }, Math.max(0, this.#toldAt + pauseMs - clock.now()));
  }

  #ended(subscription: ServerSubscription): void {
    const reader = this.#readers.get(subscription);
    this.#readers.delete(subscription);
    if (reader && ![...this.#readers.values()].some(({ address }) => address === reader.address)) this.#options.parties.removeFront(reader.address);
    if (this.#readers.size === 0) this.#stop();
    this.#options.onEnded?.(subscription);
  }

  #stop(): void {
    this.#options.tap.listener = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#log.clear();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
