/** A description cut down to what two ends will use: one payload type a codec, its retransmission, the needed extensions. */

import { formatParameters, payloadTypes, splitPayloadType, type PayloadType } from './payload-types.ts';
import { attributeName, attributeValue, MediaSection, SdpSection, type SdpLine, type SessionDescription } from './session-description.ts';

/** `'VP8'`, or with fmtp parameters that must be equal: `{ name: 'H264', parameters: { 'packetization-mode': '1' } }`. */
export type Codec = string | { readonly name: string; readonly parameters: Readonly<Record<string, string>> };

export interface KeptCodecs {
  readonly audio: readonly Codec[];
  readonly video: readonly Codec[];
}

export interface KeepOptions {
  /** URIs of the RTP header extensions to keep. Unless told otherwise: mid where sections share payload types, else none. */
  readonly extensions?: readonly string[];
  /** RTCP feedback to keep; DEFAULT_FEEDBACK unless told otherwise. */
  readonly feedback?: readonly string[];
  /** Keep ICE candidates, `end-of-candidates` and `ice-options`; without them a peer is found by its own checks. */
  readonly candidates?: boolean;
  /** Keep `ssrc` and `ssrc-group`; a receiver tells streams apart by mid and payload type. */
  readonly ssrcs?: boolean;
  /** Keep retransmission payload types (RFC 4588) of the kept codecs; true unless told otherwise. */
  readonly retransmission?: boolean;
}

export const MID_EXTENSION = 'urn:ietf:params:rtp-hdrext:sdes:mid';
export const TRANSPORT_CC_EXTENSION = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
export const ABS_SEND_TIME_EXTENSION = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';

/**
 * Retransmission, keyframe requests (PLI; `ccm fir` would say the same again), and the receiver's own bandwidth estimate.
 * transport-cc, its rival, asks for an extension in every packet and for an estimator at the sender, and costs 140 bytes.
 */
export const DEFAULT_FEEDBACK: readonly string[] = ['nack', 'nack pli', 'goog-remb'];
/** `ice-options:trickle` promises candidates that are never sent after the offer here. */
const CANDIDATE_LINES = ['candidate', 'end-of-candidates', 'remote-candidates', 'ice-options'];
const SSRC_LINES = ['ssrc', 'ssrc-group'];
/** What neither end acts on once RTP and RTCP share a port and a bundle. */
const SUPERFLUOUS_LINES = ['rtcp', 'rtcp-xr', 'extmap-allow-mixed', 'msid-semantic'];
/** Of a data channel: it has no direction, and what a browser takes at once is far more than it is ever sent. */
const SUPERFLUOUS_CHANNEL_LINES = ['sendrecv', 'max-message-size'];
/** Of a refused section only this stays: its place and name. */
const REJECTED_LINES = ['mid'];

/**
 * Keeps, of each section, the first payload type for each wanted codec with its feedback, format and retransmission.
 * A section left without codec stays in its place as refused (port 0, out of the bundle), so that answers still fit
 * the browser's offer; sections that are no RTP are kept.
 */
export function keepCodecs(description: SessionDescription, codecs: KeptCodecs, options: KeepOptions = {}): SessionDescription {
  const dropped = new Set([
    ...SUPERFLUOUS_LINES,
    ...(options.candidates === true ? [] : CANDIDATE_LINES),
    ...(options.ssrcs === true ? [] : SSRC_LINES),
  ]);
  const choices = description.media.map((section) => keptPayloadTypes(section, wanted(codecs, section.kind), options.retransmission ?? true));
  const extensions = new Set(options.extensions ?? (areDistinct(choices) ? [] : [MID_EXTENSION]));
  const feedback = new Set(options.feedback ?? DEFAULT_FEEDBACK);
  const media = description.media.map((section, index) => {
    if (section.isRejected) return rejected(section);
    const lines = section.lines.filter((line) => !dropped.has(attributeName(line) ?? ''));
    return section.isRtp ? keepPayloadTypes(section, lines, { payloadTypes: choices[index] ?? new Set(), extensions, feedback }) : new MediaSection(lines.filter((line) => !SUPERFLUOUS_CHANNEL_LINES.includes(attributeName(line) ?? '')));
  });
  const gone = new Set(media.filter((section) => section.isRejected).map((section) => section.mid));
  const session = description.session.lines
    .filter((line) => !dropped.has(attributeName(line) ?? ''))
    .flatMap((line) => (attributeName(line) === 'group' ? withoutMids(line, gone) : [line.type === 'o' ? anonymous(line) : line]));
  return { session: new SdpSection(session), media };
}

function wanted(codecs: KeptCodecs, kind: string): readonly Codec[] {
  return kind === 'audio' ? codecs.audio : kind === 'video' ? codecs.video : [];
}

interface Kept {
  readonly payloadTypes: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly feedback: ReadonlySet<string>;
}

function keepPayloadTypes(section: MediaSection, lines: readonly SdpLine[], kept: Kept): MediaSection {
  if (kept.payloadTypes.size === 0) return rejected(section);
  return new MediaSection([
    { type: 'm', value: `${section.kind} ${section.port} ${section.protocol} ${[...kept.payloadTypes].join(' ')}` },
    ...lines.slice(1).filter((line) => isKeptLine(line, kept)).map(withoutDefaults),
  ]);
}

function keptPayloadTypes(section: MediaSection, codecs: readonly Codec[], retransmission: boolean): Set<string> {
  if (section.isRejected) return new Set();
  const all = payloadTypes(section);
  const primary = codecs.flatMap((codec) => all.find((type) => isCodec(type, codec)) ?? []);
  const numbers = primary.map((type) => type.number);
  const repairs = all.filter(({ name, format }) => retransmission && name.toLowerCase() === 'rtx' && numbers.includes(formatParameters(format).get('apt') ?? ''));
  return new Set([...numbers, ...repairs.map((type) => type.number)]);
}

/** Bundled streams are told apart by payload type where no two sections share one (RFC 8843 §9.2), otherwise by mid. */
function areDistinct(choices: readonly ReadonlySet<string>[]): boolean {
  const all = choices.flatMap((choice) => [...choice]);
  return new Set(all).size === all.length;
}

function isCodec(type: PayloadType, codec: Codec): boolean {
  const name = typeof codec === 'string' ? codec : codec.name;
  if (type.name.toLowerCase() !== name.toLowerCase()) return false;
  if (typeof codec === 'string') return true;
  const format = formatParameters(type.format);
  return Object.entries(codec.parameters).every(([key, value]) => format.get(key.toLowerCase())?.toLowerCase() === value.toLowerCase());
}

function isKeptLine(line: SdpLine, kept: Kept): boolean {
  const [first, rest] = splitPayloadType(attributeValue(line));
  switch (attributeName(line)) {
    case 'rtpmap':
    case 'fmtp':
      return kept.payloadTypes.has(first);
    case 'rtcp-fb':
      return (kept.payloadTypes.has(first) || first === '*') && kept.feedback.has(rest);
    case 'extmap':
      return kept.extensions.has(rest.split(' ')[0] ?? '');
    default:
      return true;
  }
}

/** Firefox spells out Opus's default (RFC 7587 §6.1). */
function withoutDefaults(line: SdpLine): SdpLine {
  return attributeName(line) === 'fmtp' ? { type: 'a', value: line.value.replace('maxplaybackrate=48000;', '') } : line;
}

function rejected(section: MediaSection): MediaSection {
  return new MediaSection([
    { type: 'm', value: `${section.kind} 0 ${section.protocol} ${section.formats[0] ?? '0'}` },
    ...section.lines.filter((line) => line.type === 'c' || REJECTED_LINES.includes(attributeName(line) ?? '')),
  ]);
}

function withoutMids(line: SdpLine, gone: ReadonlySet<string | undefined>): SdpLine[] {
  const [semantics = '', ...mids] = attributeValue(line).split(' ');
  const left = mids.filter((mid) => !gone.has(mid));
  return left.length === 0 ? [] : [{ type: 'a', value: `group:${[semantics, ...left].join(' ')}` }];
}

/** The user name of o= as `-`, which RFC 8829 §5.2.1 asks for; Firefox writes 31 characters of its own there. */
function anonymous(origin: SdpLine): SdpLine {
  return { type: 'o', value: `- ${origin.value.slice(origin.value.indexOf(' ') + 1)}` };
}
