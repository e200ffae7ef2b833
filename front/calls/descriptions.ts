/**
 * What two browsers say to each other of a call, made to fit one datagram on its way (RFC 8829): Opus and VP8, sent and received, a data
 * channel, and such candidates as are there already. It is expanded again before a browser sees it.
 */
import { compact, expand, formatSdp, keepCodecs, MediaSection, parseSdp, SdpError, TRANSPORT_CC_EXTENSION } from '../../shared/sdp/index.ts';
import type { SessionDescription } from '../../shared/sdp/index.ts';
import { ApiError } from '../api-error.ts';

const CODECS = { audio: ['opus'], video: ['VP8'] } as const;

export interface PreparedCall {
  /** As it travels. */
  readonly sdp: string;
  /** Kind of each media section, for checking the answer (RFC 3264 §6: as many, in the same order). */
  readonly kinds: readonly string[];
}

/**
 * A browser's offer, or its answer, as it travels.
 * @param answers kinds of the offer that it answers
 * @throws ApiError 400 when it is no description of a call, or none that answers the offer; 406 when no codec is left
 */
export function prepareCall(sdp: string, answers?: readonly string[]): PreparedCall {
  const description = read(sdp);
  const kept = withShortIds(keepCodecs(description, CODECS, { extensions: [TRANSPORT_CC_EXTENSION], candidates: true }));
  const kinds = description.media.map(({ kind }) => kind);
  if (answers && kinds.join() !== answers.join()) throw new ApiError(400, 'bad-offer', 'The answer fits no offer.');
  const speaks = ({ media }: SessionDescription): boolean => media.some(({ isRtp, isRejected }) => isRtp && !isRejected);
  if (speaks(description) && !speaks(kept)) {
    throw new ApiError(406, 'no-common-codec', 'Calls need Opus or VP8, and your browser offers neither.');
  }
  return { sdp: formatSdp(compact(kept)), kinds };
}

/**
 * What came from the other side, as a browser expects it.
 * @returns undefined when no browser could use it: it is no description, lacks what WebRTC needs, or answers another offer
 */
export function receivedCall(sdp: string, answers?: readonly string[]): PreparedCall | undefined {
  let description: SessionDescription;
  try {
    description = expand(parseSdp(sdp));
  } catch (error) {
    if (error instanceof SdpError) return undefined;
    throw error;
  }
  const kinds = description.media.map(({ kind }) => kind);
  const used = description.media.filter(({ isRejected }) => !isRejected);
  const isWebRtc = used.length > 0 && used.every((section) => section.has('fingerprint') && section.has('ice-ufrag') && section.has('ice-pwd'));
  if (!isWebRtc || (answers && kinds.join() !== answers.join())) return undefined;
  return { sdp: formatSdp(description), kinds };
}

/** Streams and tracks (RFC 8830) by their numbers: browsers give each a name of 36 characters, which the other side need only tell apart. */
function withShortIds({ session, media }: SessionDescription): SessionDescription {
  const streams = new Map<string, string>();
  const shortened = media.map((section, track) => {
    const lines = section.lines.map((line) => {
      const [, stream = '', rest] = /^msid:(\S+)(\s\S+)?$/.exec(line.value) ?? [];
      if (line.type !== 'a' || stream === '') return line;
      const short = stream === '-' ? stream : (streams.get(stream) ?? `s${streams.size}`);
      streams.set(stream, short);
      return { type: 'a', value: `msid:${short}${rest === undefined ? '' : ` t${track}`}` };
    });
    return new MediaSection(lines);
  });
  return { session, media: shortened };
}

function read(sdp: string): SessionDescription {
  try {
    const description = parseSdp(sdp);
    if (description.media.length === 0) throw new SdpError('the SDP has no media');
    return description;
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw new ApiError(400, 'bad-offer', `The description cannot be used: ${error.message}.`, { cause: error });
  }
}
