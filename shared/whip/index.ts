/**
 * WHIP and WHEP on any HTTP server: what RFC 9725 and draft-ietf-wish-whep-03 say of requests and answers, sessions, entity-tags and
 * trickled candidates. Media is a handler's business, which answers offers.
 */

export { CORS_HEADERS } from './cors.ts';
export { DEFAULT_LIMITS, SDP_TYPE, WhipEndpoint, type WhipEndpointOptions, type WhipRequest, type WhipResponse } from './endpoint.ts';
export { WhipError, type WhipErrorCode } from './errors.ts';
export { formatFragment, FRAGMENT_TYPE, FragmentError, MAX_FRAGMENT_CHARACTERS, parseFragment, type FragmentSection, type IceCredentials, type IceFragment } from './fragment.ts';
export type { Begin, WhipMedia, WhipOffer } from './handler.ts';
export { iceServerLinks, type IceServer } from './links.ts';
export type { SessionLimits } from './places.ts';
export { checkIfMatch, entityTag } from './preconditions.ts';
