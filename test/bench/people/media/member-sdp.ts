/** A bench's member's descriptions, as docs/people.md asks for them: sound, camera and screen offered; all that the focus adds taken. */
import { AUDIO_LEVEL_EXTENSION, expand, MID_EXTENSION, parseSdp, RID_EXTENSION, TRANSPORT_CC_EXTENSION, type MediaSection } from '../../../../shared/sdp/index.ts';
import type { PeerConnection } from '../../media/viewer/peer-connection.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../media/viewer/load-viewer.ts';
import { EXTENSION_IDS } from './outgoing-stream.ts';

/** Their place in the offer is their meaning. */
export const MIDS = { audio: '0', camera: '1', screen: '2' } as const;
/** Repairs, and what is sent only to fill the way, come by it. */
const RTX_PAYLOAD_TYPE = 97;
const FORMATS = { audio: `${AUDIO_PAYLOAD_TYPE}`, video: `${VIDEO_PAYLOAD_TYPE} ${RTX_PAYLOAD_TYPE}` } as const;
const PROTOCOL = 'UDP/TLS/RTP/SAVPF';

const number = (extension: keyof typeof EXTENSION_IDS, uri: string) => `a=extmap:${EXTENSION_IDS[extension]} ${uri}`;

const COMMON = [number('transportSequence', TRANSPORT_CC_EXTENSION), number('mid', MID_EXTENSION)];
const SOUND = [`a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`, `a=fmtp:${AUDIO_PAYLOAD_TYPE} minptime=10;useinbandfec=1`, `a=rtcp-fb:${AUDIO_PAYLOAD_TYPE} transport-cc`, number('audioLevel', AUDIO_LEVEL_EXTENSION), ...COMMON];
const PICTURE = [`a=rtpmap:${VIDEO_PAYLOAD_TYPE} VP8/90000`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} transport-cc`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack pli`, `a=rtpmap:${RTX_PAYLOAD_TYPE} rtx/90000`, `a=fmtp:${RTX_PAYLOAD_TYPE} apt=${VIDEO_PAYLOAD_TYPE}`, ...COMMON];

export class MemberDescriptions {
  readonly #connection: Pick<PeerConnection, 'lines'>;
  /** Of the camera's sizes; one size has no name. */
  readonly #rids: readonly string[];
  #version = 0;

  constructor(connection: Pick<PeerConnection, 'lines'>, rids: readonly string[]) {
    this.#connection = connection;
    this.#rids = rids.length > 1 ? rids : [];
  }

  offer(): string {
    return this.#write([
      { mid: MIDS.audio, lines: this.#section('audio', MIDS.audio, 'sendonly', 'actpass', SOUND) },
      { mid: MIDS.camera, lines: this.#section('video', MIDS.camera, 'sendonly', 'actpass', [...PICTURE, ...this.#simulcast()]) },
      { mid: MIDS.screen, lines: this.#section('video', MIDS.screen, 'sendonly', 'actpass', PICTURE) },
    ]);
  }

  /** Takes every track that the focus offers. */
  answer(offer: string): string {
    return this.#write(expand(parseSdp(offer)).media.map((section) => ({ mid: section.isRejected ? undefined : section.mid, lines: this.#answered(section) })));
  }

  #answered(section: MediaSection): string[] {
    const { kind, mid = '', isRejected, direction } = section;
    const media = kind === 'audio' ? 'audio' : 'video';
    if (isRejected) return [`m=${media} 0 ${PROTOCOL} ${FORMATS[media]}`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`];
    const turned = { sendonly: 'recvonly', recvonly: 'sendonly', sendrecv: 'recvonly', inactive: 'inactive' } as const;
    const own = mid === MIDS.camera && direction === 'recvonly' ? this.#simulcast() : [];
    return this.#section(media, mid, turned[direction], 'passive', [...(media === 'audio' ? SOUND : PICTURE), ...own]);
  }

  #simulcast(): string[] {
    if (this.#rids.length === 0) return [];
    return [number('rid', RID_EXTENSION), ...this.#rids.map((rid) => `a=rid:${rid} send`), `a=simulcast:send ${this.#rids.join(';')}`];
  }

  #section(media: 'audio' | 'video', mid: string, direction: string, setup: 'actpass' | 'passive', lines: readonly string[]): string[] {
    return [
      `m=${media} 9 ${PROTOCOL} ${FORMATS[media]}`,
      ...['c=IN IP4 0.0.0.0', `a=mid:${mid}`, `a=${direction}`, 'a=rtcp-mux', 'a=rtcp-rsize'],
      ...this.#connection.lines(setup),
      ...lines,
    ];
  }

  #write(sections: readonly { readonly mid: string | undefined; readonly lines: readonly string[] }[]): string {
    const mids = sections.flatMap(({ mid }) => mid ?? []);
    return ['v=0', `o=- 1 ${++this.#version} IN IP4 127.0.0.1`, 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`, ...sections.flatMap(({ lines }) => lines)].map((line) => `${line}\r\n`).join('');
  }
}
