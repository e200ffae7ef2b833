/**
 * The session with a room's member as both descriptions have it, from his INVITE to his BYE (RFC 8829 §5, RFC 3264 §8): what he sends
 * stands in the sections that he offered; what he is sent in sections that we append, and use again when they are free.
 */
import { expand, parseSdp, SdpError, TRANSPORT_CC_EXTENSION, type MediaSection } from '../../shared/sdp/index.ts';
import { NotAcceptableError } from '../call/viewer-connection.ts';
import type { MediaKind } from '../source/source.ts';
import { extensionNumber } from './remote-end.ts';
import { codecIn, ROOM_CODECS, type MemberOffer } from './member-offer.ts';
import { inactiveSection, ownSections, refusedSection, sendingSection, writeSession, type SessionEnd, type SentCodec } from './member-description.ts';

/** A track of another member, as this one is sent it. */
export interface SentTrack {
  /** Names of the stream and the track in it, as the member's page sees them. */
  readonly stream: string;
  readonly name: string;
  readonly kind: MediaKind;
  readonly ssrc: number;
  /** Where retransmissions go, where he takes any on a stream of their own. */
  readonly rtxSsrc: number;
}

/** How an accepted track goes out. */
export interface SentForm {
  readonly payloadType: number;
  readonly rtxPayloadType: number | undefined;
  /** Number of the header extension with the transport-wide sequence number, where he reports arrivals by it. */
  readonly transportSequenceExtension: number | undefined;
}

/** A section that we appended. */
interface Appended {
  readonly mid: string;
  readonly kind: MediaKind;
  /** What is to go in it; undefined where it is to be, or is, inactive. */
  track: SentTrack | undefined;
  /** What the latest offer said. */
  offered: SentTrack | undefined;
  /** What it was agreed to carry, so that it is free only when both ends know. */
  agreed: SentTrack | undefined;
  refused: boolean;
}

/** What is proposed where a member's own offer has no section of this kind. */
const DEFAULT_CODECS: Readonly<Record<MediaKind, SentCodec>> = {
  audio: { number: '111', rtx: undefined, transportSequence: undefined },
  video: { number: '96', rtx: '97', transportSequence: undefined },
};

export class MemberSession {
  readonly #offer: MemberOffer;
  readonly #end: SessionEnd;
  readonly #codecs: Readonly<Record<MediaKind, SentCodec>>;
  readonly #appended: Appended[] = [];
  #version = 1;
  /** How many appended sections the open offer has; undefined where none is open. */
  #open: number | undefined;

  constructor(offer: MemberOffer, end: SessionEnd) {
    this.#offer = offer;
    this.#end = end;
    this.#codecs = { audio: this.#codecOf('audio'), video: this.#codecOf('video') };
  }

  /** To the member's own offer. */
  get answer(): string {
    return writeSession(this.#end, 1, 'active', ownSections(this.#offer));
  }

  /** Finds a section for a track of another. */
  send(track: SentTrack): void {
    const free = this.#appended.find((section) => section.kind === track.kind && !section.refused && !section.track && !section.offered && !section.agreed);
    if (free) free.track = track;
    else this.#appended.push({ mid: `s${this.#offer.description.media.length + this.#appended.length}`, kind: track.kind, track, offered: undefined, agreed: undefined, refused: false });
  }

  /** Its section will be free after the next offer and its answer. */
  stop(track: SentTrack): void {
    for (const section of this.#appended) if (section.track === track) section.track = undefined;
  }

  /** Whether the member has yet to be told of a change. */
  get pending(): boolean {
    return this.#appended.some(({ refused, track, offered, agreed }) => !refused && track !== (this.#open === undefined ? agreed : offered));
  }

  /** The whole session as it should be now. */
  offer(): string {
    this.#version++;
    this.#open = this.#appended.length;
    const appended = this.#appended.map((section) => {
      const { mid, kind, track, refused } = section;
      section.offered = track;
      if (refused) return refusedSection(kind, mid);
      return track ? sendingSection(mid, this.#codecs[kind], track) : inactiveSection(mid, kind, this.#codecs[kind]);
    });
    return writeSession(this.#end, this.#version, 'actpass', [...ownSections(this.#offer), ...appended]);
  }

  /**
   * Takes the answer to the latest offer.
   * @returns what the member takes from now on, and how
   * @throws SdpError for what is no answer to it
   * @throws NotAcceptableError when no offer is open
   */
  accept(answer: string): ReadonlyMap<SentTrack, SentForm> {
    if (this.#open === undefined) throw new NotAcceptableError('The answer comes without an offer');
    const { media } = expand(parseSdp(answer));
    const own = this.#offer.description.media.length;
    if (media.length !== own + this.#open) throw new SdpError(`The answer has ${media.length} sections, the offer ${own + this.#open}`);
    const sections = this.#appended.slice(0, this.#open);
    if (sections.some(({ mid }, index) => media[own + index]?.isRejected === false && media[own + index]?.mid !== mid)) throw new SdpError("The answer's sections are not those of the offer");
    this.#open = undefined;
    const taken = new Map<SentTrack, SentForm>();
    sections.forEach((section, index) => {
      const answered = media[own + index];
      const { offered } = section;
      section.offered = undefined;
      section.agreed = offered;
      if (!answered || answered.isRejected) section.refused = true;
      else if (offered) {
        const form = formIn(answered, offered.kind);
        if (form) taken.set(offered, form);
      }
    });
    return taken;
  }

  /** Numbers that the member has chosen stay what they are in all sections (RFC 8843 §9.1). */
  #codecOf(kind: MediaKind): SentCodec {
    for (const { section } of this.#offer.sendings) {
      const found = section.kind === kind ? codecIn(section, ROOM_CODECS[kind]) : undefined;
      if (!found) continue;
      const reported = found.codec.feedback.includes('transport-cc');
      return {
        number: found.codec.number,
        rtx: found.rtx?.number,
        transportSequence: reported ? extensionNumber(section, TRANSPORT_CC_EXTENSION, ['sendrecv', 'sendonly', 'recvonly']) : undefined,
      };
    }
    return DEFAULT_CODECS[kind];
  }
}

/** Undefined where he does not take it after all. */
function formIn(section: MediaSection, kind: MediaKind): SentForm | undefined {
  const receives = section.direction === 'recvonly' || section.direction === 'sendrecv';
  const found = receives ? codecIn(section, ROOM_CODECS[kind]) : undefined;
  if (!found) return undefined;
  return {
    payloadType: Number(found.codec.number),
    rtxPayloadType: found.rtx && Number(found.rtx.number),
    transportSequenceExtension: found.codec.feedback.includes('transport-cc') ? extensionNumber(section, TRANSPORT_CC_EXTENSION, ['sendrecv', 'recvonly']) : undefined,
  };
}
