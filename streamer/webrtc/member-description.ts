/**
 * The lines of our descriptions in a session with a room's member (RFC 8829 §5.2, §5.3). What is the same for all sections stands once
 * where every browser reads it there, for these descriptions grow with the room.
 */
import {
  AUDIO_LEVEL_EXTENSION,
  formatSdp,
  MediaSection,
  MID_EXTENSION,
  REPAIRED_RID_EXTENSION,
  RID_EXTENSION,
  SdpSection,
  TRANSPORT_CC_EXTENSION,
  type PayloadType,
  type SdpLine,
} from '../../shared/sdp/index.ts';
import type { MediaKind } from '../source/source.ts';
import type { HostCandidate } from './host-candidates.ts';
import { ROOM_CODECS, type MemberOffer, type OfferedSending } from './member-offer.ts';

/** Our end, the same through the whole session. */
export interface SessionEnd {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly candidates: readonly HostCandidate[];
  /** Decimal digits. */
  readonly sessionId: string;
}

/** Numbers under which a kind goes to the member. */
export interface SentCodec {
  readonly number: string;
  readonly rtx: string | undefined;
  readonly transportSequence: number | undefined;
}

const PROTOCOL = 'UDP/TLS/RTP/SAVPF';
/** Where a codec has several forms, the one that was offered is agreed on by saying it again (RFC 6184 §8.2.2, RFC 9628 §6.2). */
const FORMS = /^(?:VP9|AV1|H264)$/i;
/** Lost packets of sound are made up from the next one (RFC 7587 §7.1). */
const OPUS_FORMAT = 'minptime=10;useinbandfec=1';
const RECEIVED_FEEDBACK = ['nack', 'nack pli', 'transport-cc', 'goog-remb'];

function attribute(value: string): SdpLine {
  return { type: 'a', value };
}

function beginning(kind: string, formats: readonly string[], mid: string): SdpLine[] {
  return [{ type: 'm', value: `${kind} 9 ${PROTOCOL} ${formats.join(' ')}` }, { type: 'c', value: 'IN IP4 0.0.0.0' }, attribute(`mid:${mid}`), attribute('rtcp-mux')];
}

/** @param format what was offered, where the codec has several forms */
function codecLines(kind: MediaKind, number: string, rtx: string | undefined, { name, clockRate, channels }: Pick<PayloadType, 'name' | 'clockRate' | 'channels'>, format?: string): SdpLine[] {
  const said = kind === 'audio' ? OPUS_FORMAT : FORMS.test(name) ? format : undefined;
  return [
    attribute(`rtpmap:${number} ${name}/${clockRate}${channels === undefined ? '' : `/${channels}`}`),
    ...(said === undefined ? [] : [attribute(`fmtp:${number} ${said}`)]),
    ...(rtx === undefined ? [] : [attribute(`rtpmap:${rtx} rtx/${clockRate}`), attribute(`fmtp:${rtx} apt=${number}`)]),
  ];
}

function extension(number: number | undefined, uri: string): SdpLine[] {
  return number === undefined ? [] : [attribute(`extmap:${number} ${uri}`)];
}

/** Where the member sends: all that he offered and we make use of. */
function receivingSection({ section, kind, mid, codec, rtx, extensions, rids }: OfferedSending): MediaSection {
  const media = kind === 'audio' ? 'audio' : 'video';
  const feedback = RECEIVED_FEEDBACK.filter((value) => codec.feedback.includes(value) && (value !== 'goog-remb' || extensions.transportSequence === undefined) && (value !== 'transport-cc' || extensions.transportSequence !== undefined));
  return new MediaSection([
    ...beginning(media, [codec.number, ...(rtx ? [rtx.number] : [])], mid),
    ...(section.has('rtcp-rsize') ? [attribute('rtcp-rsize')] : []),
    attribute('recvonly'),
    ...codecLines(media, codec.number, rtx?.number, codec, codec.format),
    ...feedback.map((value) => attribute(`rtcp-fb:${codec.number} ${value}`)),
    ...extension(extensions.mid, MID_EXTENSION),
    ...(rids.length > 0 ? [...extension(extensions.rid, RID_EXTENSION), ...extension(extensions.repairedRid, REPAIRED_RID_EXTENSION)] : []),
    ...extension(extensions.audioLevel, AUDIO_LEVEL_EXTENSION),
    ...extension(extensions.transportSequence, TRANSPORT_CC_EXTENSION),
    ...rids.map((rid) => attribute(`rid:${rid} recv`)),
    ...(rids.length > 0 ? [attribute(`simulcast:recv ${rids.join(';')}`)] : []),
  ]);
}

/** Where the member gets a track of another. */
export function sendingSection(mid: string, codec: SentCodec, track: { readonly kind: MediaKind; readonly stream: string; readonly name: string; readonly ssrc: number; readonly rtxSsrc: number }): MediaSection {
  const repairs = codec.rtx !== undefined;
  return new MediaSection([
    ...appendedBeginning(mid, track.kind, codec),
    attribute('sendonly'),
    attribute(`msid:${track.stream} ${track.name}`),
    ...(repairs ? [attribute(`ssrc-group:FID ${track.ssrc} ${track.rtxSsrc}`)] : []),
    attribute(`ssrc:${track.ssrc} cname:${track.stream}`),
    ...(repairs ? [attribute(`ssrc:${track.rtxSsrc} cname:${track.stream}`)] : []),
  ]);
}

export function inactiveSection(mid: string, kind: MediaKind, codec: SentCodec): MediaSection {
  return new MediaSection([...appendedBeginning(mid, kind, codec), attribute('inactive')]);
}

function appendedBeginning(mid: string, kind: MediaKind, { number, rtx, transportSequence }: SentCodec): SdpLine[] {
  const feedback = [...(kind === 'video' ? ['nack', 'nack pli'] : []), transportSequence === undefined ? 'goog-remb' : 'transport-cc'];
  return [
    ...beginning(kind, [number, ...(rtx === undefined ? [] : [rtx])], mid),
    ...codecLines(kind, number, rtx, { channels: undefined, ...ROOM_CODECS[kind] }),
    ...feedback.map((value) => attribute(`rtcp-fb:${number} ${value}`)),
    ...extension(transportSequence, TRANSPORT_CC_EXTENSION),
  ];
}

/** @param original what was refused, whose protocol and formats are said again */
export function refusedSection(kind: string, mid: string | undefined, original?: MediaSection): MediaSection {
  return new MediaSection([
    { type: 'm', value: `${kind} 0 ${original?.protocol ?? PROTOCOL} ${original?.formats[0] ?? '0'}` },
    { type: 'c', value: 'IN IP4 0.0.0.0' },
    ...(mid === undefined ? [] : [attribute(`mid:${mid}`)]),
  ]);
}

/** What we make of the sections that were offered: those in which something is sent that we take, and the others refused. */
export function ownSections({ description, sendings }: Pick<MemberOffer, 'description' | 'sendings'>): MediaSection[] {
  return description.media.map((section) => {
    const sending = sendings.find((each) => each.section === section);
    return sending ? receivingSection(sending) : refusedSection(section.kind, section.mid, section);
  });
}

/**
 * @param version of the session, raised with each offer (RFC 3264 §8)
 * @param setup `active` in an answer, since we are the client of DTLS; `actpass` in an offer (RFC 8842 §5.2)
 */
export function writeSession({ sessionId, iceUfrag, icePwd, fingerprint, candidates }: SessionEnd, version: number, setup: 'active' | 'actpass', media: readonly MediaSection[]): string {
  const used = media.filter(({ isRejected }) => !isRejected);
  const [carrier] = used;
  const ways = candidates.map(({ foundation, priority, host, port }) => attribute(`candidate:${foundation} 1 udp ${priority} ${host} ${port} typ host`));
  return formatSdp({
    session: new SdpSection([
      { type: 'v', value: '0' },
      { type: 'o', value: `- ${sessionId} ${version} IN IP4 0.0.0.0` },
      { type: 's', value: '-' },
      { type: 't', value: '0 0' },
      attribute(`group:BUNDLE ${used.flatMap(({ mid }) => mid ?? []).join(' ')}`),
      attribute(`ice-ufrag:${iceUfrag}`),
      attribute(`ice-pwd:${icePwd}`),
      attribute(`fingerprint:sha-256 ${fingerprint}`),
      attribute(`setup:${setup}`),
      attribute('msid-semantic: WMS *'),
    ]),
    media: media.map((section) => (section === carrier ? new MediaSection([...section.lines, ...ways]) : section)),
  });
}
