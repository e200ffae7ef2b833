/** One member, from his INVITE to the BYE of either side: signaling, media and his place in the room begin and end together (RFC 4579). */
import { formatFailureReason } from '../../shared/diagnosis/connection-failure.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { roomName } from '../../shared/rooms/room-name.ts';
import { formatHostPort, type Address, type Clock, type Dialog, type IncomingCall, type IncomingRequest } from '../../shared/sip/index.ts';
import { CONFERENCE_EVENT } from './conference.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { MemberMedia } from './media.ts';
import { readReport } from './member-report.ts';
import { Outbox } from './outbox.ts';
import { refuseCall } from '../call/refuse-call.ts';
import { RefusedError } from '../call/refused.ts';
import { Renegotiation } from './renegotiation.ts';
import { formatPlace, ROOM_HEADER, type JoinEvent } from './room-header.ts';
import type { Participant, Place, Room, RoomText, ShownOut } from './room.ts';
import { formatText, readText, TextRate } from './texts.ts';

/** RFC 3326, with the status that fits. */
const REASONS: Readonly<Record<ShownOut, string>> = {
  'joined elsewhere': 'SIP;cause=410;text="joined elsewhere"',
  stopping: 'SIP;cause=503;text="stopping"',
};

export interface MemberCallOptions {
  readonly call: IncomingCall;
  readonly room: Room;
  /** By which he called. */
  readonly name: string;
  readonly event: JoinEvent;
  /** Where the focus is reached. */
  readonly address: Address;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Hears of his connection, where media never came up. */
  readonly onFailed: (callId: string, diagnosis: Diagnosis) => void;
  readonly log: Logger;
}

export class MemberCall implements Participant {
  readonly #options: MemberCallOptions;
  readonly #log: Logger;
  readonly #place: Place;
  readonly #rate: TextRate;
  #media: MemberMedia | undefined;
  #dialog: Dialog | undefined;
  #outbox: Outbox | undefined;
  /** Set when he is to leave, or has left: the Reason of the BYE. */
  #over: string | undefined;

  /** Takes a place in the room. */
  constructor(options: MemberCallOptions) {
    this.#options = options;
    const { room, name, call, clock, log } = options;
    this.#place = room.reserve(name, this);
    this.#log = log.child({ callId: call.callId, member: this.#place.id });
    this.#rate = new TextRate(() => clock.now());
  }

  /** Answers the call and sees it through; resolves when it is over and everything is released. */
  async run(): Promise<void> {
    const { call, room } = this.#options;
    call.onCancelled(() => (this.#over ??= 'SIP;cause=487'));
    try {
      const media = (this.#media = await room.media.admit(this.#place.id, call.request.body.toString('utf8'), this.#place.showing));
      media.onClosed((reason, diagnosis) => this.#lose(reason, diagnosis));
      if (this.#over !== undefined) throw new RefusedError(480, 'he is not to come in any more');
      const dialog = (this.#dialog = await call.accept(200, media.answer, { headers: this.#placeHeaders() }));
      media.delivered();
      if (this.#isOver()) await dialog.bye(this.#over);
      else await this.#attend(dialog, media);
    } catch (error) {
      refuseCall(call, error, this.#log);
    }
    room.leave(this.#place);
    await this.#media?.close();
  }

  /** An INFO or a MESSAGE in the member's dialog. */
  receive(incoming: IncomingRequest): void {
    try {
      if (!this.#place.inside) throw new RefusedError(500, 'he is not inside yet', { 'Retry-After': '1' });
      if (incoming.request.method === 'MESSAGE') this.#say(incoming);
      else this.#report(incoming);
      incoming.reply(200);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      incoming.reply(error.status, error.reply);
    }
  }

  hear(text: RoomText): void {
    const { room, call, wallClock } = this.#options;
    const { host, port } = call.request.to.parsedUri();
    this.#outbox?.push(formatText(text, { room: room.id, domain: { host, port }, time: new Date(wallClock()) }));
  }

  showOut(why: ShownOut): void {
    this.#end(REASONS[why]);
  }

  /** Resolves when the dialog has ended. */
  async #attend(dialog: Dialog, media: MemberMedia): Promise<void> {
    const { room, clock, random } = this.#options;
    const ended = new Promise<string>((resolve) => dialog.onEnded(resolve));
    this.#outbox = new Outbox(dialog, this.#log);
    this.#greet();
    room.enter(this.#place);
    const renegotiation = new Renegotiation({ dialog, media, clock, random, log: this.#log, onFailure: (reason) => this.#end(`SIP;cause=488;text="${reason}"`) });
    this.#log.info({ members: room.size }, 'a member is in the room');
    const reason = await ended;
    renegotiation.stop();
    this.#log.info({ reason }, 'a member has left the room');
  }

  #greet(): void {
    const { room, name } = this.#options;
    this.hear({ from: undefined, to: name, text: `Welcome to ${room.terms.title ?? 'the room'}, ${name}.` });
  }

  #say({ request }: IncomingRequest): void {
    const { room, name } = this.#options;
    this.#rate.admit();
    const { from, to, text } = readText(request, room.id);
    if (from !== undefined && from !== this.#place.name && from !== name) throw new RefusedError(403, 'a member speaks in his own name only');
    if (!room.say(this.#place, text, to)) throw new RefusedError(404, 'there is nobody of that name in the room');
  }

  #report({ request }: IncomingRequest): void {
    const { room } = this.#options;
    const { name, sizes, ...shown } = readReport(request);
    if (name !== undefined && !room.rename(this.#place, name)) throw new RefusedError(403, 'somebody else in the room has that name');
    if (Object.keys(shown).length > 0) {
      const { showing } = this.#place;
      room.show(this.#place, { audio: shown.audio ?? showing.audio, video: shown.video ?? showing.video, screen: shown.screen ?? showing.screen });
      this.#media?.show(this.#place.showing);
    }
    if (sizes) this.#media?.sizes(new Map(Object.entries(sizes)));
  }

  #placeHeaders(): [string, string][] {
    const { room, address, event } = this.#options;
    return [
      ['Contact', `<sip:${roomName(room.id)}@${formatHostPort(address.host, address.port)}>;isfocus`],
      ['Allow-Events', CONFERENCE_EVENT],
      [ROOM_HEADER, formatPlace(this.#place.id, event)],
    ];
  }

  #lose(reason: string, diagnosis: Diagnosis | undefined): void {
    if (diagnosis) this.#options.onFailed(this.#options.call.callId, diagnosis);
    this.#end(diagnosis ? formatFailureReason(diagnosis) : `SIP;cause=408;text="${reason.replaceAll(/["\\]/g, "'")}"`);
  }

  /** He is to leave: BYE, or none at all before his call is answered. */
  #end(reason: string): void {
    this.#over ??= reason;
    void this.#dialog?.bye(this.#over);
  }

  /** It may have changed while an answer was waited for. */
  #isOver(): boolean {
    return this.#over !== undefined;
  }
}
