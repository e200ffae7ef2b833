/**
 * What the offer of a room's member says (docs/people.md, Rooms): his transport, and what he would send, by the order of its sections:
 * sound, then his camera's picture, perhaps in several sizes (simulcast, RFC 8853), then his screen.
 */
import {
  AUDIO_LEVEL_EXTENSION,
  expand,
  formatParameters,
  isSentForm,
  MID_EXTENSION,
  parseSdp,
  payloadTypes,
  REPAIRED_RID_EXTENSION,
  RID_EXTENSION,
  TRANSPORT_CC_EXTENSION,
  type MediaSection,
  type PayloadType,
  type SessionDescription,
} from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import { OPUS, VP8, type Codec, type MediaKind } from '../source/source.ts';
import { bundled, extensionNumber, remoteEnd, type RemoteEnd } from './remote-end.ts';

export const PUBLISHED_KINDS = ['audio', 'camera', 'screen'] as const;
export type PublishedKind = (typeof PUBLISHED_KINDS)[number];

export const ROOM_CODECS: Readonly<Record<MediaKind, Codec>> = { audio: OPUS, video: VP8 };

/** Small, middle and large; more sizes help nobody. */
const MAX_RIDS = 3;
const RID = /^[A-Za-z0-9-]{1,32}$/;

/** Numbers of the header extensions that a member sends; undefined where he does not. */
export interface SentExtensions {
  readonly mid: number | undefined;
  readonly rid: number | undefined;
  readonly repairedRid: number | undefined;
  readonly audioLevel: number | undefined;
  readonly transportSequence: number | undefined;
}

/** A section in which a member would send. */
export interface OfferedSending {
  readonly kind: PublishedKind;
  readonly section: MediaSection;
  readonly mid: string;
  readonly codec: PayloadType;
  readonly rtx: PayloadType | undefined;
  readonly extensions: SentExtensions;
  /** Of the sizes in which the picture comes, as he lists them; empty where there is one. */
  readonly rids: readonly string[];
  /** The streams that he names beforehand. */
  readonly streams: readonly { readonly ssrc: number; readonly rtx: number | undefined }[];
}

export interface MemberOffer extends RemoteEnd {
  readonly description: SessionDescription;
  readonly sendings: readonly OfferedSending[];
}

/** The payload types of a codec of ours, where the section has it. */
export function codecIn(section: MediaSection, { name, clockRate }: Codec): { readonly codec: PayloadType; readonly rtx: PayloadType | undefined } | undefined {
  const types = payloadTypes(section);
  const codec = types.find((type) => type.name.toLowerCase() === name.toLowerCase() && type.clockRate === clockRate && isSentForm(type));
  const rtx = codec && types.find((type) => type.name.toLowerCase() === 'rtx' && formatParameters(type.format).get('apt') === codec.number);
  return codec && { codec, rtx };
}

export function sends(section: MediaSection): boolean {
  return section.isRtp && !section.isRejected && (section.direction === 'sendonly' || section.direction === 'sendrecv') && section.has('rtcp-mux');
}

/** `a=simulcast:send q;~h,x;f`: of alternatives the first; a tilde says that it is paused (RFC 8853 §5.1). */
function simulcastOf(section: MediaSection): string[] {
  const [direction, list = ''] = (section.attribute('simulcast') ?? '').split(' ');
  if (direction !== 'send') return [];
  const announced = section.attributes('rid').map((rid) => rid.split(' ')).filter(([, way]) => way === 'send').map(([id]) => id);
  return list
    .split(';')
    .map((alternatives) => (alternatives.split(',')[0] ?? '').replace(/^~/, ''))
    .filter((rid) => RID.test(rid) && announced.includes(rid))
    .slice(0, MAX_RIDS);
}

function streamsOf(section: MediaSection): { ssrc: number; rtx: number | undefined }[] {
  const numbers = section.attributes('ssrc').map((line) => Number(line.split(' ')[0])).filter(isSsrc);
  const repairs = new Map<number, number>();
  for (const group of section.attributes('ssrc-group')) {
    const [semantics, first, second] = group.split(' ');
    if (semantics === 'FID' && isSsrc(Number(first)) && isSsrc(Number(second))) repairs.set(Number(first), Number(second));
  }
  const repairing = new Set(repairs.values());
  return [...new Set(numbers)].filter((ssrc) => !repairing.has(ssrc)).slice(0, MAX_RIDS).map((ssrc) => ({ ssrc, rtx: repairs.get(ssrc) }));
}

function isSsrc(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff;
}

/** @param codecs which of them it may be, best first @param simulcast whether the picture may come in several sizes */
export function sendingIn(section: MediaSection, kind: PublishedKind, codecs: readonly Codec[], simulcast: boolean): OfferedSending | undefined {
  const found = sends(section) ? codecs.map((codec) => codecIn(section, codec)).find((each) => each !== undefined) : undefined;
  if (!found || section.mid === undefined) return undefined;
  const number = (uri: string) => extensionNumber(section, uri, ['sendrecv', 'sendonly']);
  return {
    kind,
    section,
    mid: section.mid,
    ...found,
    extensions: {
      mid: number(MID_EXTENSION),
      rid: number(RID_EXTENSION),
      repairedRid: number(REPAIRED_RID_EXTENSION),
      audioLevel: kind === 'audio' ? number(AUDIO_LEVEL_EXTENSION) : undefined,
      transportSequence: found.codec.feedback.includes('transport-cc') ? number(TRANSPORT_CC_EXTENSION) : undefined,
    },
    rids: simulcast ? simulcastOf(section) : [],
    streams: streamsOf(section),
  };
}

/**
 * @throws SdpError for what is no offer of WebRTC
 * @throws NotAcceptableError when nothing in it can be taken
 */
export function readMemberOffer(text: string): MemberOffer {
  const description = expand(parseSdp(text));
  const sections = bundled(description, description.media);
  const sound = sections.filter(({ kind }) => kind === 'audio').slice(0, 1);
  const [camera, screen] = sections.filter(({ kind }) => kind === 'video');
  const candidates: readonly (readonly [PublishedKind, MediaSection | undefined])[] = [['audio', sound[0]], ['camera', camera], ['screen', screen]];
  const sendings = candidates.flatMap(([kind, section]) => (section && sendingIn(section, kind, [ROOM_CODECS[kind === 'audio' ? 'audio' : 'video']], kind === 'camera')) ?? []);
  const [first] = sendings;
  if (!first) throw new NotAcceptableError(`The offer sends neither ${OPUS.name} nor ${VP8.name}`);
  return { description, sendings, ...remoteEnd(first.section, sections) };
}
