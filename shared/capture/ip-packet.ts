/** The IP and UDP headers (RFC 791, RFC 8200, RFC 768) that the system put around a datagram, made again for a capture. */
import { joined, viewOf } from './bytes.ts';
import { checksumOf, onesComplementSum } from './checksum.ts';
import { IPV4_BYTES } from './ip-address.ts';

export interface Endpoint {
  /** 4 or 16 bytes, see addressBytes. */
  address: Uint8Array;
  port: number;
}

export const UDP_PROTOCOL = 17;
const HOP_LIMIT = 64;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const UDP_HEADER_BYTES = 8;
const DONT_FRAGMENT = 0x4000;

/** The whole IP packet that carries `payload`; both endpoints are of one IP version. `identification`: IPv4 only. */
export function ipPacket(source: Endpoint, destination: Endpoint, payload: Uint8Array, identification: number): Uint8Array {
  const datagram = udpDatagram(source, destination, payload);
  const isIPv4 = source.address.length === IPV4_BYTES;
  const header = isIPv4
    ? ipv4Header(source, destination, datagram.length, identification)
    : ipv6Header(source, destination, datagram.length);
  return joined([header, datagram]);
}

function ipv4Header(source: Endpoint, destination: Endpoint, payloadBytes: number, identification: number): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER_BYTES);
  const view = viewOf(header);
  header[0] = 0x45;
  view.setUint16(2, IPV4_HEADER_BYTES + payloadBytes);
  view.setUint16(4, identification & 0xffff);
  view.setUint16(6, DONT_FRAGMENT);
  header[8] = HOP_LIMIT;
  header[9] = UDP_PROTOCOL;
  header.set(source.address, 12);
  header.set(destination.address, 16);
  view.setUint16(10, checksumOf(onesComplementSum(header)));
  return header;
}

function ipv6Header(source: Endpoint, destination: Endpoint, payloadBytes: number): Uint8Array {
  const header = new Uint8Array(IPV6_HEADER_BYTES);
  header[0] = 0x60;
  viewOf(header).setUint16(4, payloadBytes);
  header[6] = UDP_PROTOCOL;
  header[7] = HOP_LIMIT;
  header.set(source.address, 8);
  header.set(destination.address, 24);
  return header;
}

function udpDatagram(source: Endpoint, destination: Endpoint, payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(UDP_HEADER_BYTES + payload.length);
  const view = viewOf(datagram);
  view.setUint16(0, source.port);
  view.setUint16(2, destination.port);
  view.setUint16(4, datagram.length);
  datagram.set(payload, UDP_HEADER_BYTES);
  const pseudoHeader = joined([source.address, destination.address, Uint8Array.of(0, UDP_PROTOCOL, datagram.length >> 8, datagram.length & 0xff)]);
  const checksum = checksumOf(onesComplementSum(datagram, onesComplementSum(pseudoHeader)));
  // Zero would mean "no checksum"; its other representation says the same sum (RFC 768).
  view.setUint16(6, checksum === 0 ? 0xffff : checksum);
  return datagram;
}
