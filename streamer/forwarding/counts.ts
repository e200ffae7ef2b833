/** What the members of all rooms of a process sent and were sent since it began: plain numbers, to be read at any time. */

export interface ForwardingCounts {
  packetsReceived: number;
  /** Bytes of payload. */
  bytesReceived: number;
  /** Retransmissions left out. */
  packetsSent: number;
  bytesSent: number;
  /** On streams of their own (RFC 4588); probes of what a way carries are among them. */
  retransmitted: number;
  nacksReceived: number;
  nacksSent: number;
  keyframeRequestsReceived: number;
  keyframeRequestsSent: number;
}

export function newForwardingCounts(): ForwardingCounts {
  return { packetsReceived: 0, bytesReceived: 0, packetsSent: 0, bytesSent: 0, retransmitted: 0, nacksReceived: 0, nacksSent: 0, keyframeRequestsReceived: 0, keyframeRequestsSent: 0 };
}
