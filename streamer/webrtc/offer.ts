/** What a viewer's offer says (RFC 8829, RFC 8843): his ICE and DTLS ends, and how each of our tracks can go to him. */
import { isIPv4 } from 'node:net';
import { expand, parseSdp, payloadTypes, formatParameters, isSentForm, SdpError, TRANSPORT_CC_EXTENSION, type MediaSection, type PayloadType, type SessionDescription } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { MediaKind, Track } from '../source/source.ts';

/** More candidates than this are no help. */
const MAX_CANDIDATES = 16;
const MAX_ONE_BYTE_ID = 14;

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

export interface Offer {
  readonly description: SessionDescription;
  readonly tracks: readonly OfferedTrack[];
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprints: readonly { readonly algorithm: string; readonly value: string }[];
  /** Where he can be reached by UDP: IPv4 addresses, not names that only the viewer's network knows. */
  readonly candidates: readonly { readonly host: string; readonly port: number }[];
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

/** Only numbers that fit a one-byte header (RFC 8285 §4.2), and extensions that the viewer is ready to receive. */
function transportSequenceNumber(section: MediaSection, codec: PayloadType): number | undefined {
  if (!codec.feedback.includes('transport-cc')) return undefined;
  for (const extmap of section.attributes('extmap')) {
    const [entry = '', uri] = extmap.split(' ');
    const [id, direction = 'sendrecv'] = entry.split('/');
    if (uri === TRANSPORT_CC_EXTENSION && Number(id) >= 1 && Number(id) <= MAX_ONE_BYTE_ID && /^(sendrecv|recvonly)$/.test(direction)) return Number(id);
  }
  return undefined;
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

/** Only sections that share the first one's transport can be sent: all goes through one socket (RFC 8843). */
function bundled(description: SessionDescription, sections: readonly MediaSection[]): readonly MediaSection[] {
  const groups = description.session.attributes('group').map((group) => group.split(' '));
  const bundle = groups.find(([semantics, ...mids]) => semantics === 'BUNDLE' && mids.length > 0);
  return bundle ? sections.filter(({ mid }) => mid !== undefined && bundle.includes(mid)) : sections.slice(0, 1);
}

function required(section: MediaSection, name: string): string {
  const value = section.attribute(name);
  if (value === undefined || value === '') throw new SdpError(`The offer has no ${name}`);
  return value;
}

/** @returns none for a candidate that we cannot check */
function usable(candidate: string): { host: string; port: number }[] {
  const [, component, protocol, , host = '', port] = candidate.split(' ');
  return component === '1' && protocol?.toLowerCase() === 'udp' && isIPv4(host) ? [{ host, port: Number(port) }] : [];
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
  const [first] = offered;
  if (!first) throw new NotAcceptableError(`The offer takes none of ${namesOf(tracks)}`);
  const pictures = tracks.filter(({ kind }) => kind === 'video');
  const lacksPicture = pictures.length > 0 && !offered.some(({ kind }) => kind === 'video') && sections.some((section) => section.kind === 'video' && receives(section));
  if (lacksPicture) throw new NotAcceptableError(`The offer takes no picture in ${namesOf(pictures)}`);
  const { section } = first;
  if (section.attribute('setup') === 'active') throw new NotAcceptableError('The offer insists on the role of the DTLS client');
  return {
    description,
    tracks: offered,
    iceUfrag: required(section, 'ice-ufrag'),
    icePwd: required(section, 'ice-pwd'),
    fingerprints: section.attributes('fingerprint').map((line) => {
      const [algorithm = '', value = ''] = line.split(' ');
      return { algorithm, value };
    }),
    dataChannel: sections.find(isDataChannel),
    candidates: [...new Set(sections.flatMap((each) => each.attributes('candidate')))].flatMap(usable).slice(0, MAX_CANDIDATES),
  };
}
