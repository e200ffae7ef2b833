/** The frames of a capture as a reader sees them: who says what to whom, and whether it was said before. */
import { frames } from '../support/tshark/tshark.ts';

export type Role = 'signaling' | 'front' | 'streamer';

export interface SipFrame {
  readonly number: number;
  /** Seconds since the first frame. */
  readonly at: number;
  readonly from: Role;
  readonly to: Role;
  /** Of a request. */
  readonly method: string | undefined;
  readonly status: number | undefined;
  /** Method that the CSeq names. */
  readonly about: string;
  readonly statusLine: string;
  readonly callId: string;
  readonly expires: string | undefined;
  readonly subscriptionState: string | undefined;
  readonly bodyType: string | undefined;
  /** Bytes of UDP payload. */
  readonly bytes: number;
  readonly userAgent: string | undefined;
  /** Final status of the INVITE that an ACK is for. */
  readonly acknowledges: number | undefined;
  /** Number of the frame that this one repeats. */
  readonly repeats: number | undefined;
}

const FIELDS = [
  'frame.number', 'frame.time_relative', 'udp.srcport', 'udp.dstport', 'udp.length', 'sip.Method', 'sip.Status-Code', 'sip.Status-Line', 'sip.CSeq.method',
  'sip.CSeq.seq', 'sip.Call-ID', 'sip.Expires', 'sip.Subscription-State', 'sip.Content-Type', 'sip.User-Agent', 'sip.Via.branch', 'sip.r-uri',
] as const;
const UDP_HEADER_BYTES = 8;

type Raw = Record<(typeof FIELDS)[number], string[]>;

export async function sipFrames(file: string, sipPorts: readonly number[] = []): Promise<SipFrame[]> {
  const raw: Raw[] = await frames(file, FIELDS, { sipPorts });
  const roles = rolesOf(raw);
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
      method: frame['sip.Method'][0],
      status,
      about,
      statusLine: (frame['sip.Status-Line'][0] ?? '').replace('SIP/2.0 ', ''),
      callId,
      expires: frame['sip.Expires'][0],
      subscriptionState: frame['sip.Subscription-State'][0],
      bodyType: frame['sip.Content-Type'][0],
      bytes: Number(frame['udp.length'][0]) - UDP_HEADER_BYTES,
      userAgent: frame['sip.User-Agent'][0],
      acknowledges: about === 'ACK' ? outcomes.get(callId) : undefined,
      repeats,
    };
  });
}

/** The daemon recorded it, so it has a part in every frame; what the others are shows in what they say. */
function rolesOf(raw: readonly Raw[]): (port: string) => Role {
  const ports = raw.map((frame) => [frame['udp.srcport'][0] ?? '', frame['udp.dstport'][0] ?? '']);
  const signaling = ports[0]?.find((port) => ports.every((pair) => pair.includes(port)));
  const streamers = new Set<string>();
  for (const frame of raw) {
    const [source = '', target = ''] = [frame['udp.srcport'][0], frame['udp.dstport'][0]];
    const about = frame['sip.CSeq.method'][0];
    if (about === 'REGISTER') streamers.add(source === signaling ? target : source);
    if (frame['sip.Method'][0] === 'INVITE' && source === signaling) streamers.add(target);
  }
  return (port) => (port === signaling ? 'signaling' : streamers.has(port) ? 'streamer' : 'front');
}
