/** The frames of a capture as a reader sees them: who says what to whom, and whether it was said before. */
import { frames } from '../support/tshark/tshark.ts';
import { FOCUS } from './stage.ts';

export type Role = 'signaling' | 'front' | 'streamer' | 'rooms';

/** What a message is about: watching a streamer, somebody who can be called, a room, or a list that the daemon keeps. */
export type Subject = 'streamer' | 'person' | 'room' | 'list';

export interface SipFrame {
  readonly number: number;
  /** Seconds since the first frame. */
  readonly at: number;
  readonly from: Role;
  readonly to: Role;
  readonly subject: Subject;
  /** Of a request. */
  readonly method: string | undefined;
  readonly status: number | undefined;
  /** Method that the CSeq names. */
  readonly about: string;
  readonly statusLine: string;
  readonly callId: string;
  readonly expires: string | undefined;
  readonly subscriptionState: string | undefined;
  /** Event package of a subscription. */
  readonly event: string | undefined;
  /** Of a request: whether it stands inside a dialog. */
  readonly inDialog: boolean;
  readonly bodyType: string | undefined;
  readonly body: string;
  /** Bytes of UDP payload. */
  readonly bytes: number;
  readonly userAgent: string | undefined;
  /** Whether it brings the answer to a challenge. */
  readonly proves: boolean;
  /** Final status of the INVITE that an ACK is for. */
  readonly acknowledges: number | undefined;
  /** Number of the frame that this one repeats. */
  readonly repeats: number | undefined;
}

const FIELDS = [
  'frame.number', 'frame.time_relative', 'udp.srcport', 'udp.dstport', 'udp.length', 'sip.Method', 'sip.Status-Code', 'sip.Status-Line', 'sip.CSeq.method',
  'sip.CSeq.seq', 'sip.Call-ID', 'sip.Expires', 'sip.Subscription-State', 'sip.Content-Type', 'sip.User-Agent', 'sip.Via.branch', 'sip.r-uri',
  'sip.r-uri.user', 'sip.Event', 'sip.to.tag', 'sip.from.user', 'sip.Authorization', 'udp.payload',
] as const;
const UDP_HEADER_BYTES = 8;
const FRONT_PRODUCT = 'sipcast-front/';
const ROOM_PREFIX = 'room-';

type Raw = Record<(typeof FIELDS)[number], string[]>;

export async function sipFrames(file: string, sipPorts: readonly number[] = []): Promise<SipFrame[]> {
  const raw: Raw[] = await frames(file, FIELDS, { sipPorts });
  const roles = rolesOf(raw);
  const subjects = subjectsOf(raw);
  const said = new Map<string, number>();
  const outcomes = new Map<string, number>();
  return raw.map((frame) => {
    const status = frame['sip.Status-Code'][0] === undefined ? undefined : Number(frame['sip.Status-Code'][0]);
    const about = frame['sip.CSeq.method'][0] ?? '';
    const callId = frame['sip.Call-ID'][0] ?? '';
    if (about === 'INVITE' && status !== undefined && status >= 200) outcomes.set(callId, status);
    const number = Number(frame['frame.number'][0]);
    const source = frame['udp.srcport'][0] ?? '';
    const target = frame['udp.dstport'][0] ?? '';
    const identity = [source, target, frame['sip.Method'][0] ?? frame['sip.Status-Code'][0], frame['sip.Call-ID'][0], frame['sip.CSeq.seq'][0], frame['sip.CSeq.method'][0], frame['sip.Via.branch'][0]].join(' ');
    const repeats = said.get(identity);
    if (repeats === undefined) said.set(identity, number);
    return {
      number,
      at: Number(frame['frame.time_relative'][0]),
      from: roles(source),
      to: roles(target),
      subject: subjects.get(callId) ?? 'list',
      method: frame['sip.Method'][0],
      status,
      about,
      statusLine: (frame['sip.Status-Line'][0] ?? '').replace('SIP/2.0 ', ''),
      callId,
      expires: frame['sip.Expires'][0],
      subscriptionState: frame['sip.Subscription-State'][0],
      event: frame['sip.Event'][0],
      inDialog: frame['sip.to.tag'].length > 0,
      bodyType: frame['sip.Content-Type'][0],
      body: bodyOf(frame['udp.payload'][0] ?? ''),
      bytes: Number(frame['udp.length'][0]) - UDP_HEADER_BYTES,
      userAgent: frame['sip.User-Agent'][0],
      proves: frame['sip.Authorization'].length > 0,
      acknowledges: about === 'ACK' ? outcomes.get(callId) : undefined,
      repeats,
    };
  });
}

/** The daemon recorded it, so it has a part in every frame; what the others are shows in what they say. */
function rolesOf(raw: readonly Raw[]): (port: string) => Role {
  const ports = raw.map((frame) => [frame['udp.srcport'][0] ?? '', frame['udp.dstport'][0] ?? '']);
  const fronts = new Set(raw.filter(isFronts).map((frame) => frame['udp.srcport'][0] ?? ''));
  // With one front and nobody else, every frame is between the two.
  const signaling = ports[0]?.find((port) => !fronts.has(port) && ports.every((pair) => pair.includes(port)));
  const roles = new Map<string, Role>();
  for (const frame of raw) {
    const [source = '', target = ''] = [frame['udp.srcport'][0], frame['udp.dstport'][0]];
    if (isFronts(frame)) roles.set(source, 'front');
    else if (frame['sip.Method'][0] === 'REGISTER') roles.set(source, frame['sip.from.user'][0] === FOCUS ? 'rooms' : 'streamer');
    else if (frame['sip.Method'][0] === 'INVITE' && source === signaling && !roles.has(target)) roles.set(target, 'streamer');
  }
  return (port) => (port === signaling ? 'signaling' : (roles.get(port) ?? 'front'));
}

/** By Call-ID. */
function subjectsOf(raw: readonly Raw[]): Map<string, Subject> {
  const people = new Set(raw.filter((frame) => isFronts(frame) && frame['sip.Method'][0] === 'REGISTER').map((frame) => frame['sip.from.user'][0] ?? ''));
  const subjects = new Map<string, Subject>();
  for (const frame of raw) {
    const callId = frame['sip.Call-ID'][0] ?? '';
    const method = frame['sip.Method'][0];
    if (method === undefined || subjects.has(callId)) continue;
    const user = (method === 'REGISTER' ? frame['sip.from.user'][0] : frame['sip.r-uri.user'][0]) ?? '';
    if (user.startsWith(ROOM_PREFIX) || user === FOCUS) subjects.set(callId, 'room');
    else if (people.has(user)) subjects.set(callId, 'person');
    else if (method === 'REGISTER' || method === 'INVITE') subjects.set(callId, 'streamer');
  }
  return subjects;
}

/** A request as front itself sends it; what the daemon relays of it has more than one Via. */
function isFronts(frame: Raw): boolean {
  return frame['sip.User-Agent'][0]?.startsWith(FRONT_PRODUCT) === true && frame['sip.Via.branch'].length === 1;
}

function bodyOf(payload: string): string {
  const text = Buffer.from(payload, 'hex').toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? '' : text.slice(end + 4);
}
