/** What the fan-out needs of a viewer's connection, whoever encrypts and sends: the seam between media and WebRTC. */
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

export interface OutgoingPacket {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly marker: boolean;
  /** Endless: its low 16 bits go into the packet, the others are SRTP's rollover counter. */
  readonly sequence: number;
  /** Modulo 2^32. */
  readonly timestamp: number;
  /** Shared with other viewers: to be read only. */
  readonly payload: Buffer;
}

export interface ViewerTransport {
  readonly tracks: readonly NegotiatedTrack[];
  /** Canonical name of our end (RFC 3550 §6.5.1). */
  readonly cname: string;
  /** Encrypts and sends at once; silently drops when the viewer is gone or his consent is. Never throws. */
  sendRtp(packet: OutgoingPacket): void;
  /** The same for a compound RTCP packet. */
  sendRtcp(compound: Buffer): void;
  /** Hears each compound RTCP packet that came from the viewer, decrypted. */
  onRtcp(listener: (compound: Buffer) => void): void;
}
