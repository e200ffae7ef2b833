/** The answer to a viewer's offer (RFC 8829 §5.3), as few bytes as browsers need: it travels in one datagram with its SIP headers. */
import { compact, formatSdp, MediaSection, SdpSection, TRANSPORT_CC_EXTENSION, type PayloadType, type SdpLine, type SessionDescription } from '../../shared/sdp/index.ts';
import type { NegotiatedTrack } from '../fanout/transport.ts';
import type { Offer, OfferedTrack } from './offer.ts';

/** Feedback that the fan-out acts on. It heeds FIR as well, but PLI says the same. */
const FEEDBACK = ['nack', 'nack pli'];
/** What the bandwidth is estimated by: the arrivals of packets where they can be numbered, else what the viewer estimates himself. */
const ESTIMATE = { numbered: 'transport-cc', unnumbered: 'goog-remb' };

/** Both tracks carry this stream's name: that is what makes a browser play them in step. */
const STREAM = 's';

export interface LocalEnd {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly candidates: readonly { readonly foundation: string; readonly priority: number; readonly host: string; readonly port: number }[];
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname: string;
  /** Decimal digits that name this session. */
  readonly sessionId: string;
  /** Of the description, raised with each change (RFC 3264 §8). */
  readonly version: number;
  /** The longest message that we take over a data channel, in bytes; undefined where we have no use for one. */
  readonly maxMessageSize?: number;
}

const attribute = (value: string): SdpLine => ({ type: 'a', value });

const FORMS = /^(?:VP9|AV1|H264)$/i;

function refused(section: MediaSection): MediaSection {
  const mid = section.mid === undefined ? [] : [attribute(`mid:${section.mid}`)];
  return new MediaSection([{ type: 'm', value: `${section.kind} 0 ${section.protocol} ${section.formats[0] ?? '0'}` }, { type: 'c', value: 'IN IP4 0.0.0.0' }, ...mid]);
}

/**
 * Only where retransmissions have a stream of their own: without the group Firefox never finds them, and Chromium refuses a group
 * whose streams are not listed. Otherwise the payload type tells what a stream is (RFC 8843 §9.2), and each line costs its bytes.
 */
function sources({ ssrc, rtx }: NegotiatedTrack, cname: string): SdpLine[] {
  if (!rtx) return [];
  return [attribute(`ssrc-group:FID ${ssrc} ${rtx.ssrc}`), attribute(`ssrc:${ssrc} cname:${cname}`), attribute(`ssrc:${rtx.ssrc} cname:${cname}`)];
}

/** Where a codec has several forms, the one that was offered is agreed on by saying it again (RFC 6184 §8.2.2, RFC 9628 §6.2). */
function formatLine({ name, number, format }: PayloadType): SdpLine[] {
  return format !== undefined && FORMS.test(name) ? [attribute(`fmtp:${number} ${format}`)] : [];
}

function accepted({ section, codec, rtx }: OfferedTrack, track: NegotiatedTrack, local: LocalEnd): MediaSection {
  const { transportSequenceExtension } = track;
  const feedback = [...FEEDBACK, transportSequenceExtension === undefined ? ESTIMATE.unnumbered : ESTIMATE.numbered];
  const numbers = [codec.number, ...(rtx && track.rtx ? [rtx.number] : [])];
  const channels = codec.channels === undefined ? '' : `/${codec.channels}`;
  return new MediaSection([
    { type: 'm', value: `${section.kind} 9 ${section.protocol} ${numbers.join(' ')}` },
    { type: 'c', value: 'IN IP4 0.0.0.0' },
    ...(section.mid === undefined ? [] : [attribute(`mid:${section.mid}`)]),
    attribute(`ice-ufrag:${local.iceUfrag}`),
    attribute(`ice-pwd:${local.icePwd}`),
    attribute(`fingerprint:sha-256 ${local.fingerprint}`),
    attribute('setup:active'),
    attribute('sendonly'),
    attribute('rtcp-mux'),
    attribute(`rtpmap:${codec.number} ${codec.name}/${codec.clockRate}${channels}`),
    ...formatLine(codec),
    ...codec.feedback.filter((value) => feedback.includes(value)).map((value) => attribute(`rtcp-fb:${codec.number} ${value}`)),
    ...(transportSequenceExtension === undefined ? [] : [attribute(`extmap:${transportSequenceExtension} ${TRANSPORT_CC_EXTENSION}`)]),
    ...(rtx && track.rtx ? [attribute(`rtpmap:${rtx.number} rtx/${rtx.clockRate}`), attribute(`fmtp:${rtx.number} apt=${codec.number}`)] : []),
    attribute(`msid:${STREAM}`),
    ...sources(track, local.cname),
    ...local.candidates.map(({ foundation, priority, host, port }) => attribute(`candidate:${foundation} 1 udp ${priority} ${host} ${port} typ host`)),
  ]);
}

/** RFC 8841 §10.3: the port is one inside DTLS, the same as everybody's. */
function acceptedChannel(section: MediaSection, maxMessageSize: number, local: LocalEnd): MediaSection {
  return new MediaSection([
    { type: 'm', value: `${section.kind} 9 ${section.protocol} ${section.formats.join(' ')}` },
    { type: 'c', value: 'IN IP4 0.0.0.0' },
    ...(section.mid === undefined ? [] : [attribute(`mid:${section.mid}`)]),
    attribute(`ice-ufrag:${local.iceUfrag}`),
    attribute(`ice-pwd:${local.icePwd}`),
    attribute(`fingerprint:sha-256 ${local.fingerprint}`),
    attribute('setup:active'),
    attribute('sctp-port:5000'),
    attribute(`max-message-size:${maxMessageSize}`),
  ]);
}

/** The answer as text: one section for each of the offer's, in its order, those that we do not send refused. */
export function writeAnswer(offer: Offer, local: LocalEnd): string {
  const media = offer.description.media.map((section) => {
    if (section === offer.dataChannel && local.maxMessageSize !== undefined) return acceptedChannel(section, local.maxMessageSize, local);
    const offered = offer.tracks.find((track) => track.section === section);
    const track = offered && local.tracks.find(({ kind }) => kind === offered.kind);
    return offered && track ? accepted(offered, track, local) : refused(section);
  });
  const mids = media.filter(({ isRejected }) => !isRejected).flatMap(({ mid }) => mid ?? []);
  const bundle = offer.description.session.has('group') && mids.length > 0 ? [attribute(`group:BUNDLE ${mids.join(' ')}`)] : [];
  const description: SessionDescription = {
    session: new SdpSection([
      { type: 'v', value: '0' },
      { type: 'o', value: `- ${local.sessionId} ${local.version} IN IP4 0.0.0.0` },
      { type: 's', value: '-' },
      { type: 't', value: '0 0' },
      ...bundle,
    ]),
    media,
  };
  return formatSdp(compact(description));
}
