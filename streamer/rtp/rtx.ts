/** Retransmissions on a stream of their own (RFC 4588 §4): the original sequence number, then the original payload. */

export const RTX_HEADER_BYTES = 2;

export function wrapRtx(originalSequenceNumber: number, payload: Buffer): Buffer {
  const wrapped = Buffer.allocUnsafe(RTX_HEADER_BYTES + payload.length);
  wrapped.writeUInt16BE(originalSequenceNumber, 0);
  payload.copy(wrapped, RTX_HEADER_BYTES);
  return wrapped;
}
