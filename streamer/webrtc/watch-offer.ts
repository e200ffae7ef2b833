/** The offer of one who only watches, as a relay makes it (RFC 8829 §5.2): sound and picture to be received; and what its answer says. */
import { compact, expand, formatSdp, MediaSection, parseSdp, SdpError, SdpSection, TRANSPORT_CC_EXTENSION, type SdpLine } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { Codec, MediaKind } from '../source/source.ts';
import type { SessionEnd } from './member-description.ts';
import { sendingIn, type OfferedSending } from './member-offer.ts';
import { bundled, carrierOf, describedEnd, type RemoteEnd } from './remote-end.ts';

const PROTOCOL = 'UDP/TLS/RTP/SAVPF';
const TRANSPORT_CC_NUMBER = 1;
/** Dynamic payload types (RFC 3551 §6); those of sound and picture must differ in a bundle. */
const FIRST_NUMBER: Readonly<Record<MediaKind, number>> = { audio: 111, video: 96 };
/** Lost packets are asked for whatever they hold, on a stream of their own where that costs no second one for each small packet. */
const FEEDBACK: Readonly<Record<MediaKind, readonly string[]>> = { audio: ['nack', 'transport-cc'], video: ['nack', 'nack pli', 'ccm fir', 'transport-cc'] };
/** Of H.264 each profile is a form of its own; the answer tells which one comes (RFC 6184 §8.2.2). Baseline, main and high. */
const H264_PROFILES = ['42e01f', '4d001f', '64001f'];

/** Codecs of which any will do. */
export type TakenCodecs = Readonly<Record<MediaKind, readonly Codec[]>>;

export interface WatchAnswer {
  readonly remote: RemoteEnd;
  /** At most one of sound and one of picture. */
  readonly sendings: readonly OfferedSending[];
}

function attribute(value: string): SdpLine {
  return { type: 'a', value };
}

function formsOf(codec: Codec): readonly Codec[] {
  if (codec.name !== 'H264') return [codec];
  return H264_PROFILES.map((profile) => ({ ...codec, parameters: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}` }));
}

function codecLines({ name, clockRate, channels, parameters }: Codec, kind: MediaKind, number: number): SdpLine[] {
  return [
    attribute(`rtpmap:${number} ${name}/${clockRate}${channels === undefined ? '' : `/${channels}`}`),
    ...(parameters === undefined ? [] : [attribute(`fmtp:${number} ${parameters}`)]),
    ...(kind === 'video' ? [attribute(`rtpmap:${number + 1} rtx/${clockRate}`), attribute(`fmtp:${number + 1} apt=${number}`)] : []),
  ];
}

function section(kind: MediaKind, mid: string, codecs: readonly Codec[], end: SessionEnd): MediaSection {
  const step = kind === 'video' ? 2 : 1;
  const forms = codecs.flatMap(formsOf).map((codec, place) => ({ codec, number: FIRST_NUMBER[kind] + step * place }));
  const formats = forms.flatMap(({ number }) => (kind === 'video' ? [number, number + 1] : [number]));
  return new MediaSection([
    { type: 'm', value: `${kind} 9 ${PROTOCOL} ${formats.join(' ')}` },
    { type: 'c', value: 'IN IP4 0.0.0.0' },
    attribute(`mid:${mid}`),
    attribute(`ice-ufrag:${end.iceUfrag}`),
    attribute(`ice-pwd:${end.icePwd}`),
    attribute(`fingerprint:sha-256 ${end.fingerprint}`),
    attribute('setup:actpass'),
    attribute('recvonly'),
    attribute('rtcp-mux'),
    ...forms.flatMap(({ codec, number }) => codecLines(codec, kind, number)),
    ...FEEDBACK[kind].map((value) => attribute(`rtcp-fb:* ${value}`)),
    attribute(`extmap:${TRANSPORT_CC_NUMBER} ${TRANSPORT_CC_EXTENSION}`),
    ...end.candidates.map(({ foundation, priority, host, port }) => attribute(`candidate:${foundation} 1 udp ${priority} ${host} ${port} typ host`)),
  ]);
}

/** @param taken at least one codec in all; a kind without any is not asked for */
export function writeWatchOffer(taken: TakenCodecs, end: SessionEnd): string {
  const kinds = (['audio', 'video'] as const).filter((kind) => taken[kind].length > 0);
  const media = kinds.map((kind, place) => section(kind, String(place), taken[kind], end));
  return formatSdp(
    compact({
      session: new SdpSection([
        { type: 'v', value: '0' },
        { type: 'o', value: `- ${end.sessionId} 1 IN IP4 0.0.0.0` },
        { type: 's', value: '-' },
        { type: 't', value: '0 0' },
        attribute(`group:BUNDLE ${kinds.map((_, place) => place).join(' ')}`),
      ]),
      media,
    }),
  );
}

/**
 * @param taken what was offered
 * @throws SdpError for what is no answer to it
 * @throws NotAcceptableError where nothing will come, or we cannot play our part
 */
export function readWatchAnswer(text: string, taken: TakenCodecs): WatchAnswer {
  const description = expand(parseSdp(text));
  const sections = bundled(description, description.media.filter(({ isRejected }) => !isRejected));
  const sendings = sections.flatMap((each) => {
    if (each.kind === 'audio') return sendingIn(each, 'audio', taken.audio, false) ?? [];
    return each.kind === 'video' ? (sendingIn(each, 'camera', taken.video, false) ?? []) : [];
  });
  const [first, ...others] = sendings;
  if (!first) throw new NotAcceptableError('The answer sends nothing of what was offered');
  if (new Set(sendings.map(({ kind }) => kind)).size < sendings.length) throw new SdpError('The answer has more sections than the offer');
  const carrier = carrierOf(sections, [first.section, ...others.map((sending) => sending.section)]);
  if (carrier.attribute('setup') !== 'active') throw new NotAcceptableError('The answer leaves the role of the DTLS client to us');
  return { remote: describedEnd(carrier, sections), sendings };
}
