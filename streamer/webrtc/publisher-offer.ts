/** What the offer of somebody who publishes says (RFC 9725): his transport, one stream of sound and one picture, and our answer to it. */
import { expand, parseSdp, type PayloadType } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import { AV1, H264, OPUS, VP8, VP9, type Codec, type CodecName } from '../source/source.ts';
import { ownSections, writeSession, type SessionEnd } from './member-description.ts';
import { sendingIn, sends, type MemberOffer } from './member-offer.ts';
import { bundled, carrierOf, remoteEnd } from './remote-end.ts';

/** Of pictures, best first: what every browser shows comes before what only some do. */
export const CODECS_BY_REACH: readonly Codec[] = [VP8, H264, VP9, AV1];

/**
 * Simulcast is not taken: viewers get the one picture that comes.
 * @throws SdpError for what is no offer of WebRTC
 * @throws NotAcceptableError when nothing in it can be taken, or no picture of one that has some
 */
export function readPublisherOffer(text: string): MemberOffer {
  const description = expand(parseSdp(text));
  const sections = bundled(description, description.media);
  const sound = sections.find((section) => section.kind === 'audio' && sends(section));
  const picture = sections.find((section) => section.kind === 'video' && sends(section));
  const taken = [sound && sendingIn(sound, 'audio', [OPUS], false), picture && sendingIn(picture, 'camera', CODECS_BY_REACH, false)];
  const sendings = taken.filter((sending) => sending !== undefined);
  const [first, ...others] = sendings;
  const names = CODECS_BY_REACH.map(({ name }) => name).join(', ');
  if (!first) throw new NotAcceptableError(`The offer sends neither ${OPUS.name} nor any of ${names}`);
  if (picture && !taken[1]) throw new NotAcceptableError(`The offer sends no picture in ${names}`);
  return { description, sendings, ...remoteEnd(carrierOf(sections, [first.section, ...others.map(({ section }) => section)]), sections) };
}

/** The codec of ours that was offered under this name. */
export function codecNamed(name: string): Codec & { readonly name: CodecName } {
  const found = [OPUS, ...CODECS_BY_REACH].find((codec) => codec.name.toLowerCase() === name.toLowerCase());
  if (!found) throw new RangeError(`${name} is no codec of a source`);
  return found;
}

/** The codec of ours that comes in this form: of H.264 with its parameters, which say the profile. */
export function codecOf({ name, format }: PayloadType): Codec {
  const codec = codecNamed(name);
  return codec.name === 'H264' && format !== undefined ? { ...codec, parameters: format } : codec;
}

/** @param version of the session, raised with each answer after the first (RFC 3264 §8) */
export function writePublisherAnswer(offer: MemberOffer, end: SessionEnd, version: number): string {
  return writeSession(end, version, 'active', ownSections(offer));
}
