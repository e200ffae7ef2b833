/**
 * The way out of one thread: one UDP socket for all of its viewers. A frame is queued for every viewer, then encrypted and sent with
 * as few calls as the implementation can do with. What is queued lies in memory of a fixed size; nothing is made for a single packet.
 */
import type { OutgoingPacket } from '../fanout/transport.ts';
import type { SrtpKeys } from '../srtp/keys.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import type { GcmOpener } from '../srtp/srtcp.ts';

/** Larger payloads than this are not sent: with all headers they would fill more than an Ethernet frame. */
export const MAX_PAYLOAD_BYTES = 1_424;

/** A payload descriptor of VP8 has no more (RFC 7741 §4.2). */
export const MAX_PREFIX_BYTES = 6;

export interface EgressCounters {
  /** Datagrams that the kernel took. */
  sent: number;
  /** Datagrams that were given up: the socket stayed full, their destination cannot be reached, or they are too large. */
  dropped: number;
  /** How often the socket was full, and what was left had to wait. */
  full: number;
}

/** One viewer's share: his keys and his address. */
export interface ViewerEgress {
  /**
   * Where his packets go from now on.
   * @param host an IPv4 address
   */
  towards(host: string, port: number): void;
  /** Queues a packet; drops it while there is no address. The packet is read at once and not kept. */
  send(packet: OutgoingPacket): void;
  /** Encrypts and queues a compound packet of RTCP. */
  sendRtcp(compound: Buffer): void;
  /** Frees his keys; what is queued still goes. */
  close(): void;
}

export interface Egress {
  readonly kind: EgressKind;
  /** The UDP port that all media comes from. */
  readonly port: number;
  /** Protection profiles in the order of what they cost here, the cheapest first. */
  readonly profiles: readonly SrtpProfile[];
  readonly counters: Readonly<EgressCounters>;
  open(keys: SrtpKeys): ViewerEgress;
  /** What decrypts a viewer's RTCP for less than Node does, by his keys; undefined where there is no such thing. */
  openerFor?(keys: SrtpKeys): GcmOpener | undefined;
  /** Sends what is queued. What the socket does not take now is tried again in a moment, and given up when more comes than can wait. */
  flush(): void;
  /** Sends a datagram as it is, at once; one that cannot be sent is a lost datagram. */
  sendPlain(datagram: Buffer, host: string, port: number): void;
  /** Hears each datagram that comes to the socket. The one listener that there is must not throw. */
  onDatagram(listener: (datagram: Buffer, host: string, port: number) => void): void;
  /** Resolves when the socket is gone. */
  close(): Promise<void>;
}

export const EGRESS_KINDS = ['portable', 'native'] as const;
export type EgressKind = (typeof EGRESS_KINDS)[number];

export interface EgressOptions {
  /** The IPv4 address to bind. */
  readonly host: string;
  /** 0 for any. */
  readonly port: number;
}
