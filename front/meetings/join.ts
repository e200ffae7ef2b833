/** Joins a room: INVITE to its address, which the daemon gives to a focus (RFC 4579 §5.2). */
import type { Agent, Answer, OutgoingCall, SipResponse } from '../../shared/sip/index.ts';
import { roomName } from '../../shared/rooms/room-name.ts';
import { quote } from '../../shared/sip/message/characters.ts';
import { diedWithDaemon } from '../sip/call-failure.ts';
import type { Domain } from '../sip/domain.ts';
import type { Admitted } from './admission.ts';
import { prepareMember, receivedFromFocus } from './descriptions.ts';
import { joinFailure, roomsAway } from './errors.ts';
import { memberIdSchema } from './roster.ts';

/** How long a focus may take to answer, and others after it that are asked in its place, ms. */
const JOIN_LIMIT_MS = 15_000;

const SDP_TYPE = 'application/sdp';
/** Of the INVITE: what the room is called and how many it holds. Of its 200: how the member is called, and whether he is the first. */
const ROOM_HEADER = 'Sipcast-Room';
const MAX_TITLE_CHARACTERS = 200;

export interface JoinRequest {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly room: string;
  /** The member's name. */
  readonly name: string;
  /** The browser's offer. */
  readonly sdp: string;
  readonly admitted: Admitted;
  /** Aborted when the page that wants to join has gone. */
  readonly signal: AbortSignal;
}

export interface Joined {
  readonly dialog: Answer['dialog'];
  /** The focus's answer, fit for a browser. */
  readonly sdp: string;
  readonly member: string;
  readonly event: 'created' | 'joined';
}

/** @throws ApiError `room-full`, `rooms-away`, `bad-offer`, `no-common-codec` */
export async function join({ agent, domain, room, name, sdp, admitted, signal }: JoinRequest): Promise<Joined> {
  const offer = prepareMember(sdp);
  const to = domain.addressOf(roomName(room));
  const about = roomHeader(admitted);
  const attempt = (): Promise<Answer> => {
    const invite = agent.createRequest('INVITE', to, {
      from: domain.addressOf(name),
      to,
      headers: about === '' ? {} : { [ROOM_HEADER]: about },
      body: offer,
      contentType: SDP_TYPE,
    });
    return answered(agent.invite(invite, { nextHop: domain.nextHop, ringLimitMs: JOIN_LIMIT_MS }), signal);
  };
  const { dialog, response } = await attempt()
    .catch((error: unknown) => {
      if (signal.aborted || !diedWithDaemon(error, agent.servers)) throw error;
      return attempt();
    })
    .catch((error: unknown) => {
      throw joinFailure(error);
    });
  const answer = receivedFromFocus(response.bodyText());
  const { member, event } = readRoomHeader(response);
  if (answer === undefined || member === undefined) {
    void dialog.bye();
    throw roomsAway(new Error(`the focus answers ${response.status} with something that cannot be used (Call-ID ${dialog.callId})`));
  }
  return { dialog, sdp: answer, member, event };
}

async function answered(call: OutgoingCall, signal: AbortSignal): Promise<Answer> {
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await call.answered;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** `title="Tea at five";max=5` */
function roomHeader({ title, maximum }: Admitted): string {
  const parts = [
    ...(title === undefined || title === '' ? [] : [`title=${quote(title.slice(0, MAX_TITLE_CHARACTERS).replaceAll(/\p{Cc}/gu, ' '))}`]),
    ...(maximum === undefined ? [] : [`max=${maximum}`]),
  ];
  return parts.join(';');
}

function readRoomHeader(response: SipResponse): { member: string | undefined; event: 'created' | 'joined' } {
  const header = response.headers.get(ROOM_HEADER) ?? '';
  const member = memberIdSchema.safeParse(/(?:^|;)\s*member=([\w-]+)/.exec(header)?.[1]).data;
  return { member, event: /(?:^|;)\s*event=created(?:;|$)/.test(header) ? 'created' : 'joined' };
}
