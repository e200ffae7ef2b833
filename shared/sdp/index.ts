/** Session descriptions: read, cut down to what a stream needs, made small enough for one datagram, written (RFC 8866). */

export { compact, expand } from './compact.ts';
export { formatSdp } from './format.ts';
export { ABS_SEND_TIME_EXTENSION, AUDIO_LEVEL_EXTENSION, DEFAULT_FEEDBACK, keepCodecs, MID_EXTENSION, REPAIRED_RID_EXTENSION, RID_EXTENSION, TRANSPORT_CC_EXTENSION, type Codec, type KeepOptions, type KeptCodecs } from './keep-codecs.ts';
export { MAX_SDP_CHARACTERS, parseSdp } from './parse.ts';
export { formatParameters, isSentForm, payloadTypes, type PayloadType } from './payload-types.ts';
export { SdpError } from './sdp-error.ts';
export { attributeLine, MediaSection, SdpSection, type Direction, type SdpLine, type SessionDescription } from './session-description.ts';
