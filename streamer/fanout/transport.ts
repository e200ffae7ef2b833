/** What the fan-out needs of a viewer's connection, whoever encrypts and sends: the seam between media and WebRTC. */
import type { OutgoingHeader } from '../rtp/packet.ts';
import type { MediaKind } from '../source/source.ts';

/** How one track goes to one viewer, as his offer and our answer settled it. */
export interface NegotiatedTrack {
  /** Ids of the source's tracks that may go out in this stream, the one to begin with first: renditions in one codec. At least one. */
  readonly sources: readonly number[];
  readonly kind: MediaKind;
  readonly clockRate: number;
  readonly ssrc: number;
  readonly payloadType: number;
  /** Where retransmissions go, if the viewer takes them on a stream of their own. */
  readonly rtx: { readonly ssrc: number; readonly payloadType: number } | undefined;
  /** Number (1 to 14) of the header extension with the transport-wide sequence number, where the viewer reports arrivals by it. */
  readonly transportSequenceExtension?: number | undefined;
}

/** A packet as it is handed over: the object may be changed for the next one, so that whoever wants to keep it copies it. */
export interface OutgoingPacket extends OutgoingHeader {
  /** For a retransmission on a stream of its own, what stands before the payload (RFC 4588 §4); -1 otherwise. */
  readonly originalSequence: number;
  /** Goes before the payload: what differs from receiver to receiver of a payload descriptor. At most MAX_PREFIX_BYTES; nothing unless given. */
  readonly prefix?: Uint8Array | undefined;
  /** Shared with other viewers: to be read only. */
  readonly payload: Buffer;
}

export interface ViewerTransport {
  readonly tracks: readonly NegotiatedTrack[];
  /** Canonical name of our end (RFC 3550 §6.5.1). */
  readonly cname: string;
  /** Queues a packet to be encrypted and sent; silently drops it when the viewer is gone or his consent is. Never throws. */
  sendRtp(packet: OutgoingPacket): void;
  /** The same for a compound RTCP packet. */
  sendRtcp(compound: Buffer): void;
  /** Sends what is queued, for this viewer and whoever shares his way out. */
  flush(): void;
  /** Hears each compound RTCP packet that came from the viewer, decrypted. */
  onRtcp(listener: (compound: Buffer) => void): void;
}
