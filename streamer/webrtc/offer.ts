/** What a viewer's offer says (RFC 8829, RFC 8843): his ICE and DTLS ends, and how each of our tracks can go to him. */
import { expand, parseSdp, payloadTypes, formatParameters, isSentForm, TRANSPORT_CC_EXTENSION, type MediaSection, type PayloadType, type SessionDescription } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { MediaKind, Track } from '../source/source.ts';
import { bundled, carrierOf, extensionNumber, remoteEnd, type RemoteEnd } from './remote-end.ts';

export interface OfferedTrack {
  /** Those of our tracks that go in this one's codec, best first: renditions. */
  readonly sources: readonly Track[];
  readonly kind: MediaKind;
  readonly section: MediaSection;
  readonly codec: PayloadType;
  readonly rtx: PayloadType | undefined;
  /** Number of the header extension for transport-wide sequence numbers, where he would report arrivals by them. */
  readonly transportSequenceExtension: number | undefined;
}

export interface Offer extends RemoteEnd {
  readonly description: SessionDescription;
  readonly tracks: readonly OfferedTrack[];
  /** Where a data channel is asked for, if one is (RFC 8841, RFC 8864). */
  readonly dataChannel: MediaSection | undefined;
}

const SCTP_OVER_DTLS = 'UDP/DTLS/SCTP';
const DATA_CHANNEL = 'webrtc-datachannel';

function isDataChannel(section: MediaSection): boolean {
  return section.kind === 'application' && !section.isRejected && section.protocol === SCTP_OVER_DTLS && section.formats.includes(DATA_CHANNEL) && section.has('sctp-port');
}

/** Whether the viewer wants to get something in this section, over the protocols that we speak. */
function receives(section: MediaSection): boolean {
  return section.isRtp && !section.isRejected && (section.direction === 'sendrecv' || section.direction === 'recvonly') && section.has('rtcp-mux');
}

function transportSequenceNumber(section: MediaSection, codec: PayloadType): number | undefined {
  return codec.feedback.includes('transport-cc') ? extensionNumber(section, TRANSPORT_CC_EXTENSION, ['sendrecv', 'recvonly']) : undefined;
}

/** Of H.264: the profile, without the level (RFC 6184 §8.1). */
function profileOf(parameters: string | undefined): string | undefined {
  return formatParameters(parameters).get('profile-level-id')?.slice(0, 2).toLowerCase();
}

function offeredTrack(sources: readonly [Track, ...Track[]], sections: readonly MediaSection[]): OfferedTrack | undefined {
  const [{ kind, codec: wanted }] = sources;
  for (const section of sections) {
    if (section.kind !== kind || !receives(section)) continue;
    const types = payloadTypes(section);
    const fitting = types.filter((type) => type.name.toLowerCase() === wanted.name.toLowerCase() && type.clockRate === wanted.clockRate && isSentForm(type));
    const codec = fitting.find(({ format }) => profileOf(format) === profileOf(wanted.parameters)) ?? fitting[0];
    if (!codec) continue;
    const rtx = types.find(({ name, format }) => name.toLowerCase() === 'rtx' && formatParameters(format).get('apt') === codec.number);
    return { sources, kind, section, codec, rtx, transportSequenceExtension: transportSequenceNumber(section, codec) };
  }
  return undefined;
}

/** One for each kind: the first codec of ours that the viewer takes, with all tracks that are in it. */
function offeredTracks(tracks: readonly Track[], sections: readonly MediaSection[]): OfferedTrack[] {
  const chosen = new Map<MediaKind, OfferedTrack>();
  for (const track of tracks) {
    if (chosen.has(track.kind)) continue;
    const others = tracks.filter((other) => other !== track && other.kind === track.kind && other.codec.name === track.codec.name);
    const offered = offeredTrack([track, ...others], sections);
    if (offered) chosen.set(track.kind, offered);
  }
  return [...chosen.values()];
}

function namesOf(tracks: readonly Track[]): string {
  return [...new Set(tracks.map(({ codec }) => codec.name))].join(', ');
}

/**
 * @throws SdpError for what is no offer of WebRTC
 * @throws NotAcceptableError when none of `tracks` can be sent to whoever made it
 */
export function readOffer(text: string, tracks: readonly Track[]): Offer {
  const description = expand(parseSdp(text));
  const sections = bundled(description, description.media);
  const offered = offeredTracks(tracks, sections);
  const [first, ...others] = offered;
  if (!first) throw new NotAcceptableError(`The offer takes none of ${namesOf(tracks)}`);
  const pictures = tracks.filter(({ kind }) => kind === 'video');
  const lacksPicture = pictures.length > 0 && !offered.some(({ kind }) => kind === 'video') && sections.some((section) => section.kind === 'video' && receives(section));
  if (lacksPicture) throw new NotAcceptableError(`The offer takes no picture in ${namesOf(pictures)}`);
  return {
    description,
    tracks: offered,
    ...remoteEnd(carrierOf(sections, [first.section, ...others.map(({ section }) => section)]), sections),
    dataChannel: sections.find(isDataChannel),
  };
}
