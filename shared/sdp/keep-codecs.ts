/** A description cut down to what two ends will use: one payload type a codec, its retransmission, the needed extensions. */

import { formatParameters, isSentForm, payloadTypes, splitPayloadType, type PayloadType } from './payload-types.ts';
import { attributeName, attributeValue, MediaSection, SdpSection, type SdpLine, type SessionDescription } from './session-description.ts';

/** `'VP8'`, in the form in which it is sent ({@link isSentForm}); or with fmtp parameters that must be equal: `{ name: 'H264', parameters: { 'packetization-mode': '1' } }`. */
export type Codec = string | { readonly name: string; readonly parameters: Readonly<Record<string, string>> };

export interface KeptCodecs {
  readonly audio: readonly Codec[];
  readonly video: readonly Codec[];
}

export interface KeepOptions {
  /** URIs of the RTP header extensions to keep. Unless told otherwise: transport-cc's for video, and mid where sections share payload types. */
  readonly extensions?: readonly string[];
  /** RTCP feedback to keep; DEFAULT_FEEDBACK unless told otherwise. */
  readonly feedback?: readonly string[];
  /** Keep ICE candidates, `end-of-candidates` and `ice-options`; without them a peer is found by its own checks. */
  readonly candidates?: boolean;
  /** Keep `ssrc` and `ssrc-group`; a receiver tells streams apart by mid and payload type. */
  readonly ssrcs?: boolean;
  /** Keep sections that are no RTP; true unless told otherwise. */
  readonly dataChannels?: boolean;
  /** Keep retransmission payload types (RFC 4588) of the kept codecs; true unless told otherwise. */
  readonly retransmission?: boolean;
}

export const MID_EXTENSION = 'urn:ietf:params:rtp-hdrext:sdes:mid';
/** RFC 8852 §3: which of several encodings of one source a stream is, and which one it repairs. */
export const RID_EXTENSION = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
export const REPAIRED_RID_EXTENSION = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id';
/** RFC 6464. */
export const AUDIO_LEVEL_EXTENSION = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
export const TRANSPORT_CC_EXTENSION = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const TRANSPORT_CC = 'transport-cc';
const RECEIVER_ESTIMATE = 'goog-remb';
export const ABS_SEND_TIME_EXTENSION = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';

/**
 * Retransmission, keyframe requests (PLI; `ccm fir` would say the same again), and what the sender estimates the bandwidth by:
 * the arrival of each packet where it is offered, else the receiver's own estimate. Never both: each line costs its bytes.
 */
export const DEFAULT_FEEDBACK: readonly string[] = ['nack', 'nack pli', TRANSPORT_CC, RECEIVER_ESTIMATE];
/** `ice-options:trickle` promises candidates that are never sent after the offer here. */
const CANDIDATE_LINES = ['candidate', 'end-of-candidates', 'remote-candidates', 'ice-options'];
const SSRC_LINES = ['ssrc', 'ssrc-group'];
/** What neither end acts on once RTP and RTCP share a port and a bundle; no streamer accepts RTCP of reduced size. */
const SUPERFLUOUS_LINES = ['rtcp', 'rtcp-xr', 'rtcp-rsize', 'extmap-allow-mixed', 'msid-semantic'];
/** The call's Call-ID tells the session from others; of its number in o= (RFC 8866 §5.2) this much is left. */
const SESSION_ID_DIGITS = 3;
/** Of a data channel: it has no direction, and what a browser takes at once is far more than it is ever sent. */
const SUPERFLUOUS_CHANNEL_LINES = ['sendrecv', 'max-message-size'];
/** Of a refused section only this stays: its place and name. */
const REJECTED_LINES = ['mid'];

/**
 * Keeps, of each section, the first payload type for each wanted codec with its feedback, format and retransmission.
 * A section left without codec stays in its place as refused (port 0, out of the bundle), so that answers still fit
 * the browser's offer; so does a data channel that is not wanted.
 */
export function keepCodecs(description: SessionDescription, codecs: KeptCodecs, options: KeepOptions = {}): SessionDescription {
  const dropped = new Set([
    ...SUPERFLUOUS_LINES,
    ...(options.candidates === true ? [] : CANDIDATE_LINES),
    ...(options.ssrcs === true ? [] : SSRC_LINES),
  ]);
  const choices = description.media.map((section) => keptPayloadTypes(section, wanted(codecs, section.kind), options.retransmission ?? true));
  const usual = areDistinct(choices) ? [] : [MID_EXTENSION];
  const extensionsOf = (kind: string) => new Set(options.extensions ?? (kind === 'video' ? [...usual, TRANSPORT_CC_EXTENSION] : usual));
  const feedback = new Set(options.feedback ?? DEFAULT_FEEDBACK);
  const media = description.media.map((section, index) => {
    if (section.isRejected || (!section.isRtp && options.dataChannels === false)) return rejected(section);
    const lines = section.lines.filter((line) => !dropped.has(attributeName(line) ?? ''));
    return section.isRtp ? keepPayloadTypes(section, lines, { payloadTypes: choices[index] ?? new Set(), extensions: extensionsOf(section.kind), feedback }) : new MediaSection(lines.filter((line) => !SUPERFLUOUS_CHANNEL_LINES.includes(attributeName(line) ?? '')));
  });
  const gone = new Set(media.filter((section) => section.isRejected).map((section) => section.mid));
  const session = description.session.lines
    .filter((line) => !dropped.has(attributeName(line) ?? ''))
    .flatMap((line) => (attributeName(line) === 'group' ? withoutMids(line, gone) : [line.type === 'o' ? shortOrigin(line) : line]));
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
  const reported = reportedPayloadTypes(section, kept);
  return withCommonFeedback([
    { type: 'm', value: `${section.kind} ${section.port} ${section.protocol} ${[...kept.payloadTypes].join(' ')}` },
    ...lines.slice(1).filter((line) => isKeptLine(line, kept) && isOnlyEstimate(line, reported)).flatMap(withoutUnheeded),
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
  if (typeof codec === 'string') return isSentForm(type);
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
      return kept.extensions.has(extensionUri(attributeValue(line)));
    default:
      return true;
  }
}

/** Feedback that all codecs of the section share is said once, for all payload types (RFC 4585 §4.2). */
function withCommonFeedback(lines: readonly SdpLine[]): MediaSection {
  const section = new MediaSection(lines);
  const [first, ...others] = payloadTypes(section).filter(({ name }) => name.toLowerCase() !== 'rtx').map(({ feedback }) => feedback);
  if (first === undefined || others.some((feedback) => feedback.join() !== first.join())) return section;
  const common = first.map((feedback): SdpLine => ({ type: 'a', value: `rtcp-fb:* ${feedback}` }));
  return new MediaSection([...lines.filter((line) => attributeName(line) !== 'rtcp-fb'), ...common]);
}

/** Payload types whose packets' arrivals are to be reported, for which the extension is needed that numbers them. */
function reportedPayloadTypes(section: MediaSection, { payloadTypes: numbers, extensions, feedback }: Kept): ReadonlySet<string> {
  const numbered = extensions.has(TRANSPORT_CC_EXTENSION) && section.attributes('extmap').some((value) => extensionUri(value) === TRANSPORT_CC_EXTENSION);
  if (!numbered || !feedback.has(TRANSPORT_CC)) return new Set();
  return new Set(payloadTypes(section).filter((type) => numbers.has(type.number) && type.feedback.includes(TRANSPORT_CC)).map(({ number }) => number));
}

/** Of the two ways to estimate the bandwidth, one is kept for each payload type. */
function isOnlyEstimate(line: SdpLine, reported: ReadonlySet<string>): boolean {
  if (attributeName(line) === 'extmap') return extensionUri(attributeValue(line)) !== TRANSPORT_CC_EXTENSION || reported.size > 0;
  if (attributeName(line) !== 'rtcp-fb') return true;
  const [number, feedback] = splitPayloadType(attributeValue(line));
  const isReported = number === '*' ? reported.size > 0 : reported.has(number);
  return feedback === TRANSPORT_CC ? isReported : feedback !== RECEIVER_ESTIMATE || !isReported;
}

/** `3/recvonly urn:…` → `urn:…` */
function extensionUri(extmap: string): string {
  return extmap.split(' ')[1] ?? '';
}

/**
 * Opus's defaults and the least time a packet should last (RFC 7587 §6.1), and how large and fast a picture may be (RFC 7741 §6.1):
 * a streamer encodes once for everybody, and would send the same whatever a viewer says.
 */
const UNHEEDED_PARAMETERS = [/^maxplaybackrate=48000$/, /^minptime=\d+$/, /^max-f[sr]=\d+$/];

/** A line without parameters that change nothing; no line where no others are left. */
function withoutUnheeded(line: SdpLine): SdpLine[] {
  if (attributeName(line) !== 'fmtp') return [line];
  const [number, format] = splitPayloadType(attributeValue(line));
  const parameters = format.split(';').filter((parameter) => !UNHEEDED_PARAMETERS.some((pattern) => pattern.test(parameter.trim())));
  return parameters.length === 0 ? [] : [{ type: 'a', value: `fmtp:${number} ${parameters.join(';')}` }];
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

/**
 * The user name of o= as `-`, which RFC 8829 §5.2.1 asks for (Firefox writes 31 characters of its own there), and the end of the
 * session's number, the same at each change of the session.
 */
function shortOrigin(origin: SdpLine): SdpLine {
  const [, id = '', ...others] = origin.value.split(' ');
  // A leading zero might be dropped by whoever reads it as a number.
  return { type: 'o', value: ['-', id.slice(-SESSION_ID_DIGITS).replace(/^0+(?=.)/, ''), ...others].join(' ') };
}
