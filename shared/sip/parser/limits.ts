/** How much one datagram may bring. Far above what any known implementation sends, far below what hurts. */

/** Largest payload that a UDP length field can announce. */
export const MAX_DATAGRAM_BYTES = 65_535;
/** Header lines in one message, folded ones counted each. */
export const MAX_HEADER_LINES = 256;
/** Characters in one line, the start line included. */
export const MAX_LINE_LENGTH = 8192;
