/** Text that is no session description (RFC 8866), or none that can be worked with. */

export class SdpError extends Error {
  override readonly name = 'SdpError';
}
