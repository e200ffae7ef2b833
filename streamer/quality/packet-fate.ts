/** What became of one packet that a viewer was sent, as his transport-wide feedback says. */
export interface PacketFate {
  /** Of RTP, with its header. */
  readonly bytes: number;
  /** Ms of our clock. */
  readonly sentMs: number;
  /** Ms of the viewer's clock, which begins anywhere; undefined for a packet that has not come. */
  readonly receivedMs: number | undefined;
}
