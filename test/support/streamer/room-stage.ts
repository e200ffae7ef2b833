/** A focus and fronts with their members around it, on an in-memory network in virtual time. */
import { silentLogger } from '../../../shared/log/logger.ts';
import { CPIM_TYPE, formatCpim, parseCpim, type ReadCpimMessage } from '../../../shared/cpim/cpim.ts';
import { Agent, CallRejectedError, type Dialog, type SipResponse, type Subscription } from '../../../shared/sip/index.ts';
import { Focus } from '../../../streamer/rooms/focus.ts';
import type { RoomState } from '../../../streamer/rooms/room.ts';
import { MemoryNetwork } from '../sip/memory-network.ts';
import { VirtualClock } from '../sip/virtual-clock.ts';
import { ScriptedForwarding, type ScriptedMember } from './scripted-forwarding.ts';

export const FOCUS = { host: '10.0.0.9', port: 5060 };
export const STARTED_AT = Date.UTC(2030, 0, 1);
const OFFER = { body: 'v=0\r\n', contentType: 'application/sdp' };

export interface JoinOptions {
  readonly body?: string;
  readonly contentType?: string;
  readonly from?: string;
  /** Sipcast-Room. */
  readonly terms?: string;
}

/** A member as his front sees him. */
export class Guest {
  readonly dialog: Dialog;
  readonly response: SipResponse;
  readonly media: ScriptedMember;
  /** Texts that reached him, with the raw sender. */
  readonly texts: ReadCpimMessage[] = [];
  /** Bodies of the re-INVITEs that came. */
  readonly offers: string[] = [];
  /** How re-INVITEs are answered. */
  answers: { status: number; headers?: Record<string, string> }[] = [];
  /** Reason headers of the BYEs that came. */
  readonly reasons: (string | undefined)[] = [];
  readonly #stage: RoomStage;

  constructor(stage: RoomStage, dialog: Dialog, response: SipResponse, media: ScriptedMember) {
    this.#stage = stage;
    this.dialog = dialog;
    this.response = response;
    this.media = media;
    dialog.onRequest('MESSAGE', (incoming) => {
      this.texts.push(parseCpim(incoming.request.body.toString('utf8')));
      incoming.reply(200);
    });
    dialog.onRequest('INVITE', (incoming) => {
      const body = incoming.request.body.toString('utf8');
      this.offers.push(body);
      const { status, headers } = this.answers.shift() ?? { status: 200 };
      incoming.reply(status, status < 300 ? { body: `v=0\r\ns=answer ${this.offers.length}\r\n`, contentType: 'application/sdp' } : { headers: headers ?? {} });
    });
  }

  request(method: string, options: object = {}): Promise<SipResponse> {
    return this.#stage.clock.until(this.dialog.request(method, options));
  }

  info(report: unknown): Promise<SipResponse> {
    return this.request('INFO', { body: typeof report === 'string' ? report : JSON.stringify(report), contentType: 'application/json' });
  }

  say(text: string, { from = 'sip:nobody@x', to = '' }: { from?: string; to?: string } = {}): Promise<SipResponse> {
    const message = formatCpim({ from, to: to === '' ? 'sip:x@y' : to, text });
    const body = message
      .split('\r\n')
      .filter((line) => !(line.startsWith('From: ') && from === 'sip:nobody@x') && !(line.startsWith('To: ') && to === ''))
      .join('\r\n');
    // Without both headers something must stand before the empty line.
    return this.request('MESSAGE', { body: body.startsWith('\r\n') ? `Subject: none\r\n${body}` : body, contentType: CPIM_TYPE });
  }

  leave(): Promise<void> {
    return this.#stage.clock.until(this.dialog.bye());
  }
}

export class RoomStage {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 2 });
  readonly forwarding = new ScriptedForwarding();
  readonly agent: Agent;
  readonly focus: Focus;
  readonly front: Agent;

  constructor({ maxMembers = 100 }: { maxMembers?: number } = {}) {
    this.agent = new Agent({ transport: this.network.attach(FOCUS), clock: this.clock });
    const wallClock = (): number => STARTED_AT + this.clock.now();
    this.focus = new Focus({ agent: this.agent, forwarding: this.forwarding, maxMembers, clock: this.clock, wallClock, random: () => 0.5, log: silentLogger });
    this.front = this.agentAt('10.0.0.1');
  }

  agentAt(host: string): Agent {
    return new Agent({ transport: this.network.attach({ host, port: 5060 }), clock: this.clock });
  }

  /** The call alone, without waiting. */
  call(room: string, name: string, options: JoinOptions = {}): ReturnType<Agent['invite']> {
    const { body = OFFER.body, contentType = OFFER.contentType, from = `sip:${encodeURIComponent(name)}@example.com`, terms } = options;
    const headers: Record<string, string> = terms === undefined ? {} : { 'Sipcast-Room': terms };
    const uri = `sip:room-${room}@10.0.0.9:5060`;
    return this.front.invite(this.front.createRequest('INVITE', uri, { from, to: `sip:room-${room}@example.com`, headers, ...(body === '' ? {} : { body, contentType }) }));
  }

  async join(room: string, name: string, options: JoinOptions = {}): Promise<Guest> {
    const { dialog, response } = await this.clock.until(this.call(room, name, options).answered);
    const member = /member=([^;]*)/.exec(response.headers.get('Sipcast-Room') ?? '')?.[1];
    const media = this.forwarding.rooms.get(room)?.members.find(({ id }) => id === member);
    if (!media) throw new Error('no such member');
    const guest = new Guest(this, dialog, response, media);
    this.#watchBye(guest);
    await this.clock.advance(20);
    return guest;
  }

  async refused(room: string, name: string, options: JoinOptions = {}): Promise<SipResponse> {
    const error: unknown = await this.clock.until<unknown>(this.call(room, name, options).answered.catch((reason: unknown) => reason));
    if (error instanceof CallRejectedError) return error.response;
    throw new Error('not refused', { cause: error });
  }

  /** Every state that a subscriber of the room hears. */
  async watch(room: string, by: Agent = this.front): Promise<{ states: RoomState[]; subscription: Subscription }> {
    const states: RoomState[] = [];
    const request = by.createRequest('SUBSCRIBE', `sip:room-${room}@10.0.0.9:5060`, { from: 'sip:front@10.0.0.1', headers: { Event: 'conference', Accept: 'application/json', Expires: '600' } });
    const subscription = by.subscribe(request);
    subscription.onNotify((notify) => {
      if (notify.body.length > 0) states.push(JSON.parse(notify.body.toString('utf8')) as RoomState);
    });
    await this.clock.until(subscription.established);
    await this.clock.advance(200);
    return { states, subscription };
  }

  /** Names of the members, as the room's state has them now. */
  async names(room: string): Promise<string[]> {
    const { states, subscription } = await this.watch(room);
    await this.clock.until(subscription.end());
    return (states.at(-1)?.members ?? []).map(({ name }) => name);
  }

  #watchBye(guest: Guest): void {
    guest.dialog.onEnded((reason) => {
      if (reason !== 'remote-bye') return;
      const byes = this.network.sent.map(({ datagram }) => datagram.toString('utf8')).filter((text) => text.startsWith('BYE') && text.includes(guest.dialog.callId));
      guest.reasons.push(/^Reason: (.*?)\r$/m.exec(byes.at(-1) ?? '')?.[1]);
    });
  }
}
