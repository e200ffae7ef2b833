/** A front without a page: signs persons in at a real daemon, and brings them into rooms, over UDP. */
import { CPIM_TYPE, formatCpim, parseCpim, type ReadCpimMessage } from '../../../shared/cpim/cpim.ts';
import { Agent, CallRejectedError, sipUri, UdpTransport, type Dialog, type SipResponse, type Subscription } from '../../../shared/sip/index.ts';
import type { RoomState } from '../../../streamer/rooms/room.ts';

const SDP_TYPE = 'application/sdp';

/** What a member sends who has neither microphone nor camera at hand: nobody will ever connect by it. */
export const SCRIPTED_OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1 2',
  ...['audio 9 UDP/TLS/RTP/SAVPF 111', 'video 9 UDP/TLS/RTP/SAVPF 96', 'video 9 UDP/TLS/RTP/SAVPF 96'].flatMap((section, mid) => [
    `m=${section}`,
    'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:abcdefghijklmnopqrstuvwx',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
    'a=setup:actpass',
    `a=mid:${mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    mid === 0 ? 'a=rtpmap:111 opus/48000/2' : 'a=rtpmap:96 VP8/90000',
  ]),
  '',
].join('\r\n');

/** The other side's view of the same sections. */
function answerTo(offer: string): string {
  return offer.replaceAll(/a=(sendonly|recvonly)/g, (_, direction) => `a=${direction === 'sendonly' ? 'recvonly' : 'sendonly'}`).replaceAll('a=setup:actpass', 'a=setup:passive');
}

/** What has happened, and waiting for what is there or still to come. */
export class Heard<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  push(item: T): void {
    this.all.push(item);
    for (const look of [...this.#waiting]) look();
  }

  /** @param from items before this one do not count */
  until(matches: (item: T) => boolean, from = 0): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.all.slice(from).find(matches);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export interface Member {
  readonly dialog: Dialog;
  readonly response: SipResponse;
  /** Whose process answered, as `host:port` of its Contact. */
  readonly host: string;
  readonly texts: Heard<ReadCpimMessage>;
  /** Sessions that the focus offered. */
  readonly offers: Heard<string>;
  /** Reason headers of the focus's BYE, empty without; or how else the dialog ended. */
  readonly ended: Heard<string>;
}

export interface JoinOptions {
  readonly terms?: string;
  readonly offer?: string;
}

export class RoomFront {
  readonly agent: Agent;
  readonly #daemon: string;
  /** Reason headers of the BYEs that came, by Call-ID. */
  readonly #reasons: ReadonlyMap<string, string>;

  private constructor(agent: Agent, daemon: string, reasons: ReadonlyMap<string, string>) {
    this.agent = agent;
    this.#daemon = daemon;
    this.#reasons = reasons;
  }

  /** @param daemon its `host:port` */
  static async open(daemon: string, secret?: string): Promise<RoomFront> {
    const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0 });
    const reasons = new Map<string, string>();
    // Before the agent hears of the BYE, and with it the member.
    transport.onDatagram((datagram) => {
      const text = datagram.toString('utf8');
      if (text.startsWith('BYE ')) reasons.set(/^Call-ID: (.*?)\r$/m.exec(text)?.[1] ?? '', /^Reason: (.*?)\r$/m.exec(text)?.[1] ?? '');
    });
    return new RoomFront(new Agent({ transport, ...(secret === undefined ? {} : { credentials: { username: 'front', password: secret } }) }), daemon, reasons);
  }

  get #domain(): { host: string; port: number } {
    const [host = '', port = ''] = this.#daemon.split(':');
    return { host, port: Number(port) };
  }

  addressOf(name: string): string {
    return sipUri(name, this.#domain.host, this.#domain.port);
  }

  async signIn(name: string): Promise<void> {
    const aor = this.addressOf(name);
    const contact = sipUri(name, '127.0.0.1', this.agent.local.port);
    const request = this.agent.createRequest('REGISTER', `sip:${this.#daemon}`, { from: aor, to: aor, headers: { Contact: `<${contact}>`, Expires: '600' }, body: '{"kind":"person"}', contentType: 'application/json' });
    const { status } = await this.agent.request(request);
    if (status !== 200) throw new Error(`REGISTER was answered ${status}`);
  }

  /** @throws CallRejectedError */
  async join(room: string, name: string, { terms, offer = SCRIPTED_OFFER }: JoinOptions = {}): Promise<Member> {
    const uri = this.addressOf(`room-${room}`);
    const headers: Record<string, string> = terms === undefined ? {} : { 'Sipcast-Room': terms };
    const { dialog, response } = await this.agent.invite(this.agent.createRequest('INVITE', uri, { from: this.addressOf(name), to: uri, headers, body: offer, contentType: SDP_TYPE })).answered;
    const contact = /@([^>;]*)/.exec(response.headers.get('Contact') ?? '')?.[1] ?? '';
    const member: Member = { dialog, response, host: contact, texts: new Heard(), offers: new Heard(), ended: new Heard() };
    dialog.onRequest('MESSAGE', (incoming) => {
      incoming.reply(200);
      member.texts.push(parseCpim(incoming.request.body.toString('utf8')));
    });
    dialog.onRequest('INVITE', (incoming) => {
      const body = incoming.request.body.toString('utf8');
      incoming.reply(200, { body: answerTo(body), contentType: SDP_TYPE });
      member.offers.push(body);
    });
    dialog.onEnded((how) => member.ended.push(how === 'remote-bye' ? (this.#reasons.get(dialog.callId) ?? '') : how));
    return member;
  }

  /** The final response of a join that is refused. */
  async refused(room: string, name: string, options: JoinOptions = {}): Promise<SipResponse> {
    const error: unknown = await this.join(room, name, options).catch((reason: unknown) => reason);
    if (error instanceof CallRejectedError) return error.response;
    throw new Error('not refused', { cause: error });
  }

  say(member: Member, text: string, { from, to }: { from: string; to: string }): Promise<SipResponse> {
    return member.dialog.request('MESSAGE', { body: formatCpim({ from: this.addressOf(from), to: this.addressOf(to), text }), contentType: CPIM_TYPE });
  }

  info(member: Member, report: string): Promise<SipResponse> {
    return member.dialog.request('INFO', { body: report, contentType: 'application/json' });
  }

  /** States of a room, or pages of one of the daemon's lists. */
  watch(event: 'conference', room: string): { heard: Heard<RoomState>; subscription: Subscription };
  watch<T>(event: 'people' | 'rooms'): { heard: Heard<T>; subscription: Subscription };
  watch(event: string, room?: string): { heard: Heard<unknown>; subscription: Subscription } {
    const uri = room === undefined ? `sip:${this.#daemon}` : this.addressOf(`room-${room}`);
    const heard = new Heard<unknown>();
    const subscription = this.agent.subscribe(this.agent.createRequest('SUBSCRIBE', uri, { from: this.addressOf('front'), headers: { Event: event, Accept: 'application/json', Expires: '600' } }));
    subscription.onNotify((notify) => {
      if (notify.body.length > 0) heard.push(JSON.parse(notify.body.toString('utf8')));
    });
    return { heard, subscription };
  }

  close(): Promise<void> {
    return this.agent.close(0);
  }
}
