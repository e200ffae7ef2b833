/**
 * A signaling daemon and its streamers in one, played by a real agent on a real socket: it says what a test tells it to,
 * falls silent when asked, and remembers what it was sent.
 */
import { Agent, createResponse, TransactionLayer, UdpTransport } from '../../../shared/sip/index.ts';
import type { Address, Clock, Dialog, IncomingCall, ServerTransaction, SipRequest, Timers, Transport } from '../../../shared/sip/index.ts';

export interface ListedEntry {
  name: string;
  [property: string]: unknown;
}

interface Subscriber {
  request: SipRequest;
  sequence: number;
  localTag: string;
}

export interface PeerOptions {
  transport?: Transport;
  clock?: Clock;
  timers?: Timers;
  streamers?: ListedEntry[];
}

export class SignalingPeer {
  readonly address: Address;
  readonly agent: Agent;
  /** Every request that arrived while not silent, repetitions left out. */
  readonly requests: SipRequest[] = [];
  readonly dialogs: Dialog[] = [];
  streamers: ListedEntry[];
  /** Entries that one answer holds; more go onto further pages. */
  pageSize = Infinity;
  /** Answers calls; a test replaces it. */
  takeCall: (call: IncomingCall) => void | Promise<void>;
  /** Status that SUBSCRIBE and OPTIONS are refused with. */
  refusal: number | undefined;
  readonly #gate: GatedTransport;
  readonly #subscribers = new Map<string, Subscriber>();
  #wake: (() => void)[] = [];

  static async start(options: PeerOptions = {}): Promise<SignalingPeer> {
    return new SignalingPeer(options.transport ?? (await UdpTransport.bind({ host: '127.0.0.1', port: 0 })), options);
  }

  private constructor(transport: Transport, { clock, timers, streamers = [] }: PeerOptions) {
    this.#gate = new GatedTransport(transport);
    this.address = transport.local;
    this.streamers = streamers;
    const layer = new TransactionLayer({ transport: this.#gate, ...(clock && { clock }), ...(timers && { timers }) });
    this.agent = new Agent({ layer });
    layer.onRequest((transaction) => this.#receive(transaction));
    layer.onAck((ack) => void this.agent.receiveAck(ack));
    this.agent.handle('OPTIONS', (incoming) => {
      if (this.refusal !== undefined) incoming.reply(this.refusal);
      else incoming.reply(200, { body: this.#page(questionIn(incoming.request)), contentType: 'application/json' });
    });
    this.agent.handle('REGISTER', (incoming) => incoming.reply(200, { headers: { Contact: incoming.request.headers.get('Contact') ?? '' } }));
    this.takeCall = (call) => this.answer(call, recordedAnswer(call.request.bodyText()));
    this.agent.onCall((call) => this.takeCall(call));
  }

  /** While true, nothing comes in and nothing goes out. */
  set silent(silent: boolean) {
    this.#gate.open = !silent;
  }

  /** Accepts a call with 202 and keeps its dialog. */
  async answer(call: IncomingCall, sdp: string): Promise<void> {
    this.dialogs.push(await call.accept(202, sdp));
    this.#notice();
  }

  /** Changes the directory and notifies the subscribers. */
  publish(streamers: ListedEntry[]): void {
    this.streamers = streamers;
    for (const subscriber of this.#subscribersOf('directory')) this.#notify(subscriber, 'active;expires=60', this.#page({ offset: 0, list: 'directory' }));
  }

  /** Sends NOTIFYs with this body, whatever it is. */
  notifyText(body: string): void {
    for (const subscriber of this.#subscribersOf('directory')) this.#notify(subscriber, 'active;expires=60', body);
  }

  /** What a daemon does when it was restarted: every subscription is ended, to be begun anew. */
  deactivateSubscriptions(): void {
    for (const subscriber of this.#subscribers.values()) this.#notify(subscriber, 'terminated;reason=deactivated');
    this.#subscribers.clear();
  }

  /** Forgets every subscription without a word. */
  forgetSubscriptions(): void {
    this.#subscribers.clear();
  }

  /** Resolves when `condition` holds; looked at whenever something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** The requests of one method that have arrived. */
  of(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  async close(): Promise<void> {
    this.#subscribers.clear();
    await this.agent.close(0);
    await this.agent.layer.close();
  }

  #receive(transaction: ServerTransaction): void {
    this.requests.push(transaction.request);
    if (transaction.request.method === 'SUBSCRIBE') this.#subscribe(transaction);
    else this.agent.receive(transaction);
    this.#notice();
  }

  #subscribe(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { callId } = request;
    const known = this.#subscribers.get(callId);
    if (this.refusal !== undefined || (request.to.tag !== undefined && known === undefined)) {
      transaction.respond(createResponse(request, this.refusal ?? 481, { toTag: 'refused' }));
      return;
    }
    const subscriber = known ?? { request, sequence: 0, localTag: this.agent.layer.newTag() };
    const expires = request.expires ?? 60;
    const { host, port } = this.address;
    const headers = { Expires: String(expires), Contact: `<sip:${host}:${port}>` };
    transaction.respond(createResponse(request, 200, { toTag: subscriber.localTag, headers }));
    if (expires > 0) this.#subscribers.set(callId, subscriber);
    else this.#subscribers.delete(callId);
    this.#notify(subscriber, expires > 0 ? `active;expires=${expires}` : 'terminated;reason=timeout', this.#page({ offset: 0, list: eventOf(request) }));
  }

  #notify(subscriber: Subscriber, state: string, body?: string): void {
    const { request } = subscriber;
    const contact = request.contacts === '*' ? undefined : request.contacts[0]?.uri;
    const notify = this.agent.createRequest('NOTIFY', contact ?? '', {
      from: `<${request.to.uri}>;tag=${subscriber.localTag}`,
      to: request.headers.get('From') ?? '',
      callId: request.callId,
      cseq: ++subscriber.sequence,
      headers: { Event: eventOf(request), 'Subscription-State': state, Contact: `<sip:${this.address.host}:${this.address.port}>` },
      ...(body === undefined ? {} : { body, contentType: 'application/json' }),
    });
    this.agent.request(notify).catch(() => undefined);
  }

  #subscribersOf(event: string): Subscriber[] {
    return [...this.#subscribers.values()].filter(({ request }) => eventOf(request) === event);
  }

  /** Of the directory; the other lists are empty. */
  #page({ offset, list }: Question): string {
    if (list !== 'directory') return JSON.stringify({ [list]: [], total: 0 });
    const end = offset + this.pageSize;
    const next = end < this.streamers.length ? { next: end } : {};
    return JSON.stringify({ streamers: this.streamers.slice(offset, end), total: this.streamers.length, ...next });
  }

  #notice(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** A transport that can be shut, like a network cable that is pulled. */
class GatedTransport implements Transport {
  open = true;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get local(): Address {
    return this.#inner.local;
  }

  send(datagram: Buffer, to: Address): void {
    if (this.open) this.#inner.send(datagram, to);
  }

  onDatagram(listener: (datagram: Buffer, from: Address) => void): void {
    this.#inner.onDatagram((datagram, from) => {
      if (this.open) listener(datagram, from);
    });
  }

  onError(listener: Parameters<Transport['onError']>[0]): void {
    this.#inner.onError(listener);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** A page that somebody asks for. */
interface Question {
  offset: number;
  list: string;
}

function questionIn(request: SipRequest): Question {
  const asked = request.body.length === 0 ? {} : (JSON.parse(request.bodyText()) as Partial<Question>);
  return { offset: 0, list: 'directory', ...asked };
}

function eventOf(request: SipRequest): string {
  return request.headers.get('Event') ?? '';
}

/** An answer that accepts every section of `offer` to send on it. */
export function recordedAnswer(offer: string): string {
  const media = offer.match(/^m=.*$/gm) ?? [];
  const session = ['v=0', 'o=- 7 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=fingerprint:sha-256 00', 'a=setup:active', 'a=sendonly'];
  const sections = media.flatMap((line, mid) => [line, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`]);
  return [...session, ...sections, ''].join('\r\n');
}
