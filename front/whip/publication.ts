/** An encoder's offer on its way to an ingest (RFC 9725 §4.4): what it sends of sound and picture, one codec each, made to fit one datagram. */
import { compact, formatSdp, isSentForm, keepCodecs, MediaSection, MID_EXTENSION, parseSdp, payloadTypes, SdpError, TRANSPORT_CC_EXTENSION } from '../../shared/sdp/index.ts';
import type { SdpLine, SessionDescription } from '../../shared/sdp/index.ts';
import { ApiError } from '../api-error.ts';
import type { PreparedOffer } from '../sip/descriptions.ts';
import { withShortSources } from '../sip/short-sources.ts';

const AUDIO = 'opus';
/** Best first: what most viewers can watch. */
const VIDEO = ['VP8', 'H264', 'VP9', 'AV1'] as const;

/** What tells tracks apart (RFC 8843 §15), and what the bandwidth is estimated by. */
const EXTENSIONS = [MID_EXTENSION, TRANSPORT_CC_EXTENSION];

/** One encoding is taken of each track. */
const SUPERFLUOUS = /^(?:rid|simulcast):/;
const REPAIR_GROUP = 'ssrc-group:FID ';

/** @throws ApiError 400 when it is no offer to send, 406 when none of its codecs is taken */
export function preparePublication(sdp: string): PreparedOffer {
  const offer = withOneOfEachKind(read(sdp));
  const video = VIDEO.find((name) => offers(offer, 'video', name));
  const kept = keepCodecs(offer, { audio: [AUDIO], video: video === undefined ? [] : [video] }, { extensions: EXTENSIONS, dataChannels: false, ssrcs: true });
  const { session, media } = { ...kept, media: kept.media.map(({ lines }) => new MediaSection(withOneEncoding(withShortSources(lines)))) };
  if (!media.some(({ isRejected }) => !isRejected)) {
    throw new ApiError(406, 'no-common-codec', `Opus is taken, and ${VIDEO.join(', ')}: the offer has none of them.`);
  }
  if (video === undefined && offer.media.some((section) => section.kind === 'video' && !section.isRejected)) {
    throw new ApiError(406, 'no-common-codec', `The picture must be ${VIDEO.join(', ')}, and the offer has none of them.`);
  }
  return { sdp: formatSdp(compact({ session, media })), kinds: offer.media.map(({ kind }) => kind) };
}

/** A programme has one sound and one picture (RFC 9725 §4.4.2); what else is offered is refused. */
function withOneOfEachKind(offer: SessionDescription): SessionDescription {
  const seen = new Set<string>();
  const media = offer.media.map((section) => {
    if (section.isRejected || !section.isRtp || !sends(offer, section)) return section;
    if (seen.has(section.kind)) return refused(section);
    seen.add(section.kind);
    return section;
  });
  return { ...offer, media };
}

function refused({ lines: [, ...lines], kind, protocol, formats }: MediaSection): MediaSection {
  return new MediaSection([{ type: 'm', value: [kind, '0', protocol, ...formats].join(' ') }, ...lines.filter(({ value }) => value !== 'bundle-only')]);
}

function offers({ media }: SessionDescription, kind: string, codec: string): boolean {
  return media.some((section) => section.kind === kind && !section.isRejected && payloadTypes(section).some((type) => type.name.toLowerCase() === codec.toLowerCase() && isSentForm(type)));
}

/** Without what is said of further ones (RFC 8853), and their streams where they are listed (RFC 5576). */
function withOneEncoding(lines: readonly SdpLine[]): SdpLine[] {
  const group = lines.find(({ value }) => value.startsWith(REPAIR_GROUP));
  const streams = group?.value.slice(REPAIR_GROUP.length).split(' ');
  return lines.filter((line) => {
    if (line.type !== 'a') return true;
    if (line.value.startsWith('ssrc-group:')) return line === group;
    const number = /^ssrc:(\d+)/.exec(line.value)?.[1];
    return number === undefined ? !SUPERFLUOUS.test(line.value) : streams?.includes(number) !== false;
  });
}

function read(sdp: string): SessionDescription {
  try {
    const offer = parseSdp(sdp);
    if (!offer.media.some((section) => section.isRtp && sends(offer, section))) throw new SdpError('it offers to send nothing');
    return offer;
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw new ApiError(400, 'bad-offer', `The offer cannot be used: ${error.message}.`, { cause: error });
  }
}

function sends({ session }: SessionDescription, section: MediaSection): boolean {
  const silent = ['recvonly', 'inactive'];
  if (silent.some((direction) => section.has(direction))) return false;
  return section.has('sendonly') || section.has('sendrecv') || !silent.some((direction) => session.has(direction));
}
