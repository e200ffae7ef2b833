/** The RTCP packets that a sender of media writes: sender report, CNAME and goodbye (RFC 3550 §6.4.1, §6.5, §6.6). */
import type { NtpTime } from './ntp.ts';

const VERSION_BITS = 0x80;
const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME_ITEM = 1;

export interface SenderReport {
  readonly ssrc: number;
  readonly ntp: NtpTime;
  /** The same instant in ticks of the track's clock, with the viewer's offset, modulo 2^32. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

/** Begins a packet: all of it is zero but its first four bytes. @param bytes a multiple of four */
export function rtcpHeader(packetType: number, count: number, bytes: number): Buffer {
  const packet = Buffer.alloc(bytes);
  packet[0] = VERSION_BITS | count;
  packet[1] = packetType;
  packet.writeUInt16BE(bytes / 4 - 1, 2);
  return packet;
}

export function writeSenderReport(report: SenderReport): Buffer {
  const packet = rtcpHeader(SENDER_REPORT, 0, 28);
  packet.writeUInt32BE(report.ssrc, 4);
  packet.writeUInt32BE(report.ntp.seconds, 8);
  packet.writeUInt32BE(report.ntp.fraction, 12);
  packet.writeUInt32BE(report.rtpTimestamp, 16);
  packet.writeUInt32BE(report.packetCount % 0x1_0000_0000, 20);
  packet.writeUInt32BE(report.octetCount % 0x1_0000_0000, 24);
  return packet;
}

/** One chunk for each SSRC, all with the same canonical name, which is what tells a receiver that they belong together. */
export function writeSourceDescription(ssrcs: readonly number[], cname: string): Buffer {
  const name = Buffer.from(cname);
  // Each chunk ends in one to four zero bytes, up to a multiple of four.
  const chunk = 4 + Math.ceil((2 + name.length + 1) / 4) * 4;
  const packet = rtcpHeader(SOURCE_DESCRIPTION, ssrcs.length, 4 + chunk * ssrcs.length);
  ssrcs.forEach((ssrc, index) => {
    const at = 4 + chunk * index;
    packet.writeUInt32BE(ssrc, at);
    packet[at + 4] = CNAME_ITEM;
    packet[at + 5] = name.length;
    name.copy(packet, at + 6);
  });
  return packet;
}

export function writeGoodbye(ssrcs: readonly number[]): Buffer {
  const packet = rtcpHeader(GOODBYE, ssrcs.length, 4 + 4 * ssrcs.length);
  ssrcs.forEach((ssrc, index) => packet.writeUInt32BE(ssrc, 4 + 4 * index));
  return packet;
}
