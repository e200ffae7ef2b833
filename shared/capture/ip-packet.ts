/** The IP and UDP headers (RFC 791, RFC 8200, RFC 768) that the system put around a datagram, made again for a capture. */
import { checksumOf, onesComplementSum } from './checksum.ts';
import { IPV4_BYTES } from './ip-address.ts';

export interface Endpoint {
  /** 4 or 16 bytes, see addressBytes. */
  address: Buffer;
  port: number;
}

const UDP_PROTOCOL = 17;
const HOP_LIMIT = 64;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const UDP_HEADER_BYTES = 8;
const DONT_FRAGMENT = 0x4000;

/** The whole IP packet that carries `payload`; both endpoints are of one IP version. `identification`: IPv4 only. */
export function ipPacket(source: Endpoint, destination: Endpoint, payload: Buffer, identification: number): Buffer {
  const datagram = udpDatagram(source, destination, payload);
  const isIPv4 = source.address.length === IPV4_BYTES;
  const header = isIPv4
    ? ipv4Header(source, destination, datagram.length, identification)
    : ipv6Header(source, destination, datagram.length);
  return Buffer.concat([header, datagram]);
}

function ipv4Header(source: Endpoint, destination: Endpoint, payloadBytes: number, identification: number): Buffer {
  const header = Buffer.alloc(IPV4_HEADER_BYTES);
  header[0] = 0x45;
  header.writeUInt16BE(IPV4_HEADER_BYTES + payloadBytes, 2);
  header.writeUInt16BE(identification & 0xffff, 4);
  header.writeUInt16BE(DONT_FRAGMENT, 6);
  header[8] = HOP_LIMIT;
  header[9] = UDP_PROTOCOL;
  source.address.copy(header, 12);
  destination.address.copy(header, 16);
  header.writeUInt16BE(checksumOf(onesComplementSum(header)), 10);
  return header;
}

function ipv6Header(source: Endpoint, destination: Endpoint, payloadBytes: number): Buffer {
  const header = Buffer.alloc(IPV6_HEADER_BYTES);
  header[0] = 0x60;
  header.writeUInt16BE(payloadBytes, 4);
  header[6] = UDP_PROTOCOL;
  header[7] = HOP_LIMIT;
  source.address.copy(header, 8);
  destination.address.copy(header, 24);
  return header;
}

function udpDatagram(source: Endpoint, destination: Endpoint, payload: Buffer): Buffer {
  const datagram = Buffer.alloc(UDP_HEADER_BYTES + payload.length);
  datagram.writeUInt16BE(source.port, 0);
  datagram.writeUInt16BE(destination.port, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  payload.copy(datagram, UDP_HEADER_BYTES);
  const pseudoHeader = Buffer.concat([source.address, destination.address, Buffer.from([0, UDP_PROTOCOL, datagram.length >> 8, datagram.length & 0xff])]);
  const checksum = checksumOf(onesComplementSum(datagram, onesComplementSum(pseudoHeader)));
  // Zero would mean "no checksum"; its other representation says the same sum (RFC 768).
  datagram.writeUInt16BE(checksum === 0 ? 0xffff : checksum, 6);
  return datagram;
}
