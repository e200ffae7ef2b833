/** Finds the UDP datagram in a captured packet (RFC 791, RFC 8200, RFC 768), by what the packet begins with. */
import { viewOf } from './bytes.ts';
import { UDP_PROTOCOL } from './ip-packet.ts';
import type { Endpoint } from './ip-packet.ts';
import { LINKTYPE_RAW } from './pcapng-blocks.ts';

export interface UdpDatagram {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Uint8Array;
}

const LINKTYPE_NULL = 0;
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_IPV4 = 228;
const LINKTYPE_IPV6 = 229;
const LINKTYPE_LINUX_SLL2 = 276;

const ETHERNET_BYTES = 14;
const VLAN_TAG = 0x8100;
const VLAN_BYTES = 4;

/** Bytes before the IP header, for those link types where it is always the same. */
const LINK_BYTES: ReadonlyMap<number, number> = new Map([
  [LINKTYPE_RAW, 0], [LINKTYPE_IPV4, 0], [LINKTYPE_IPV6, 0], [LINKTYPE_NULL, 4], [LINKTYPE_LINUX_SLL, 16], [LINKTYPE_LINUX_SLL2, 20],
]);

const IPV6_HEADER_BYTES = 40;
const MIN_IPV4_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const MORE_FRAGMENTS_OR_OFFSET = 0x3fff;

/** @returns undefined for what is no whole UDP datagram in IPv4 or IPv6; fragments and extension headers are passed over */
export function udpDatagramIn(linkType: number, frame: Uint8Array): UdpDatagram | undefined {
  const skipped = linkType === LINKTYPE_ETHERNET ? ethernetBytes(frame) : LINK_BYTES.get(linkType);
  if (skipped === undefined) return undefined;
  const packet = frame.subarray(skipped);
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return inIpv4(packet);
  return version === 6 ? inIpv6(packet) : undefined;
}

function ethernetBytes(frame: Uint8Array): number {
  if (frame.length < ETHERNET_BYTES) return ETHERNET_BYTES;
  return viewOf(frame).getUint16(12) === VLAN_TAG ? ETHERNET_BYTES + VLAN_BYTES : ETHERNET_BYTES;
}

function inIpv4(packet: Uint8Array): UdpDatagram | undefined {
  const headerBytes = ((packet[0] ?? 0) & 0x0f) * 4;
  if (headerBytes < MIN_IPV4_HEADER_BYTES || packet.length < headerBytes || packet[9] !== UDP_PROTOCOL) return undefined;
  if ((viewOf(packet).getUint16(6) & MORE_FRAGMENTS_OR_OFFSET) !== 0) return undefined;
  return inUdp(packet.subarray(headerBytes), packet.subarray(12, 16), packet.subarray(16, 20));
}

function inIpv6(packet: Uint8Array): UdpDatagram | undefined {
  if (packet.length < IPV6_HEADER_BYTES || packet[6] !== UDP_PROTOCOL) return undefined;
  return inUdp(packet.subarray(IPV6_HEADER_BYTES), packet.subarray(8, 24), packet.subarray(24, 40));
}

function inUdp(datagram: Uint8Array, from: Uint8Array, to: Uint8Array): UdpDatagram | undefined {
  if (datagram.length < UDP_HEADER_BYTES) return undefined;
  const view = viewOf(datagram);
  const bytes = view.getUint16(4);
  if (bytes < UDP_HEADER_BYTES || bytes > datagram.length) return undefined;
  return {
    source: { address: from, port: view.getUint16(0) },
    destination: { address: to, port: view.getUint16(2) },
    payload: datagram.subarray(UDP_HEADER_BYTES, bytes),
  };
}
