/** Retransmissions on a stream of their own (RFC 4588 §4): the original sequence number, then the original payload. */

export const RTX_HEADER_BYTES = 2;
