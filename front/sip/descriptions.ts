/**
 * A browser's offer made to fit one datagram on its way to a streamer, and the streamer's answer made to fit the browser
 * (RFC 8829): what several sections repeat stands once on the wire, and in each section before a browser sees it.
 */
import { compact, expand, formatSdp, isSentForm, keepCodecs, parseSdp, payloadTypes, SdpError } from '../../shared/sdp/index.ts';
import type { SessionDescription } from '../../shared/sdp/index.ts';
import { ApiError } from '../api-error.ts';
import type { Streamer } from '../directory/streamer.ts';

/** Offered to a streamer whose entry in the directory does not say what it sends. */
const USUAL_CODECS = { audio: ['opus'], video: ['VP8', 'VP9', 'AV1', 'H264'] } as const;

export interface PreparedOffer {
  /** As the INVITE carries it. */
  readonly sdp: string;
  /** Kind of each media section, for checking the answer (RFC 3264 §6: as many, in the same order). */
  readonly kinds: readonly string[];
}

/**
 * The offer with what the streamer can send, and nothing else.
 * @throws ApiError 400 when it is no SDP, 406 when the streamer sends nothing of what is offered.
 */
export function prepareOffer(sdp: string, streamer: Streamer): PreparedOffer {
  const offer = read(sdp);
  const hasControls = streamer.mode === 'vod' || (streamer.renditions?.length ?? 0) > 1;
  const kept = keepCodecs(offer, { audio: firstOffered(offer, 'audio', streamer), video: firstOffered(offer, 'video', streamer) }, { dataChannels: hasControls });
  if (!kept.media.some((section) => section.isRtp && !section.isRejected)) {
    throw new ApiError(406, 'no-common-codec', `"${streamer.name}" sends nothing that your browser offers to receive.`);
  }
  const pictures = streamer.codecs?.video ?? [];
  if (pictures.length > 0 && wantsPicture(offer) && !wantsPicture(kept)) {
    throw new ApiError(406, 'no-common-codec', `Your browser cannot show the picture of "${streamer.name}", which is in ${pictures.join(' or ')}.`);
  }
  return { sdp: formatSdp(compact(kept)), kinds: offer.media.map(({ kind }) => kind) };
}

/**
 * The answer as browsers expect it.
 * @throws ApiError 502 when it is no SDP, or answers another offer.
 */
export function prepareAnswer(sdp: string, offer: PreparedOffer, streamer: Pick<Streamer, 'name'>): string {
  let answer: SessionDescription;
  try {
    answer = parseSdp(sdp);
  } catch (error) {
    throw unusable(streamer, error);
  }
  const fits = answer.media.length === offer.kinds.length && answer.media.every(({ kind }, index) => kind === offer.kinds[index]);
  if (!fits) throw unusable(streamer);
  return formatSdp(expand(answer));
}

function wantsPicture({ media }: SessionDescription): boolean {
  return media.some((section) => section.kind === 'video' && !section.isRejected);
}

/** Of the codecs that the streamer can send, best first, the one that it will: the others would only cost bytes. */
function firstOffered({ media }: SessionDescription, kind: 'audio' | 'video', { codecs }: Streamer): readonly string[] {
  if (!codecs) return USUAL_CODECS[kind];
  const offered = media.filter((section) => section.kind === kind).flatMap(payloadTypes).filter(isSentForm).map(({ name }) => name.toLowerCase());
  const first = codecs[kind].find((name) => offered.includes(name.toLowerCase()));
  return first === undefined ? [] : [first];
}

function read(sdp: string): SessionDescription {
  try {
    const offer = parseSdp(sdp);
    if (offer.media.length === 0) throw new SdpError('The SDP offers no media');
    return offer;
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw new ApiError(400, 'bad-offer', `The offer cannot be used: ${error.message}.`, { cause: error });
  }
}

function unusable(streamer: Pick<Streamer, 'name'>, cause?: unknown): ApiError {
  return new ApiError(502, 'streamer-error', `"${streamer.name}" sent an answer that fits no offer of yours.`, { cause });
}
