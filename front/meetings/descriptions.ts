/**
 * A member's session descriptions on their way to the focus of his room, and the focus's on theirs to a browser (RFC 8829): Opus and VP8
 * with the extensions that a forwarding unit reads, simulcast as the browser offers it.
 */
import { ABS_SEND_TIME_EXTENSION, compact, expand, formatSdp, keepCodecs, MediaSection, MID_EXTENSION, parseSdp, SdpError, TRANSPORT_CC_EXTENSION } from '../../shared/sdp/index.ts';
import { ApiError } from '../api-error.ts';
import { withShortSources } from '../sip/short-sources.ts';

const CODECS = { audio: ['opus'], video: ['VP8'] } as const;

/** What tells tracks and layers apart (RFC 8843 §15, RFC 8852), who speaks (RFC 6464), and what the bandwidth is estimated by. */
const EXTENSIONS = [
  MID_EXTENSION,
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  TRANSPORT_CC_EXTENSION,
  ABS_SEND_TIME_EXTENSION,
];

/**
 * A browser's offer or answer as the focus gets it. Candidates are left out: the focus is found by its own.
 * @throws ApiError 400 when it is no session description
 */
export function prepareMember(sdp: string): string {
  try {
    const { session, media } = keepCodecs(parseSdp(sdp), CODECS, { extensions: EXTENSIONS, ssrcs: true });
    return formatSdp(compact({ session, media: media.map(({ lines }) => new MediaSection(withShortSources(lines))) }));
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw new ApiError(400, 'bad-offer', `The description cannot be used: ${error.message}.`, { cause: error });
  }
}

/** What the focus says, as a browser expects it. @returns undefined when it is no session description */
export function receivedFromFocus(sdp: string): string | undefined {
  try {
    return formatSdp(expand(parseSdp(sdp)));
  } catch (error) {
    if (error instanceof SdpError) return undefined;
    throw error;
  }
}
