/**
 * What others say by RTCP, read from a compound packet: sender and receiver reports (RFC 3550 §6.4), NACK and PLI (RFC 4585 §6),
 * FIR (RFC 5104 §4.3.1), transport-wide feedback, REMB, and goodbye. Whatever is malformed or unknown is passed over; a packet holds at most a datagram's worth.
 */
import type { NtpTime } from './ntp.ts';
import { readTransportFeedback, type TransportFeedback } from './transport-feedback.ts';

export interface ReceptionReport {
  readonly ssrc: number;
  /** Part of the packets lost since the last report, 0 to 1. */
  readonly fractionLost: number;
  /** Packets lost in all; negative where duplicates came. */
  readonly packetsLost: number;
  readonly highestSequence: number;
  /** Ticks of the track's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report; 0 when none has come. */
  readonly lastSenderReport: number;
  /** Since that report came, in units of 1/65,536 s. */
  readonly delaySinceLastSenderReport: number;
}

export type Feedback =
  | { readonly type: 'sender-report'; readonly ssrc: number; readonly ntp: NtpTime; readonly rtpTimestamp: number }
  | { readonly type: 'reports'; readonly reports: readonly ReceptionReport[] }
  | { readonly type: 'nack'; readonly ssrc: number; readonly sequenceNumbers: readonly number[] }
  | { readonly type: 'keyframe-request'; readonly ssrc: number }
  | { readonly type: 'transport'; readonly feedback: TransportFeedback }
  | { readonly type: 'estimated-bitrate'; readonly bitsPerSecond: number }
  | { readonly type: 'goodbye'; readonly ssrcs: readonly number[] };

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const GOODBYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const GENERIC_NACK = 1;
const TRANSPORT_WIDE = 15;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;
const APPLICATION_LAYER = 15;
const REMB = 0x52454d42;

const REPORT_BYTES = 24;
const SENDER_REPORT_BYTES = 28;

function readReports(packet: Buffer, start: number, count: number): ReceptionReport[] {
  const reports: ReceptionReport[] = [];
  for (let at = start; reports.length < count && at + REPORT_BYTES <= packet.length; at += REPORT_BYTES) {
    reports.push({
      ssrc: packet.readUInt32BE(at),
      fractionLost: packet.readUInt8(at + 4) / 256,
      packetsLost: packet.readIntBE(at + 5, 3),
      highestSequence: packet.readUInt32BE(at + 8),
      jitter: packet.readUInt32BE(at + 12),
      lastSenderReport: packet.readUInt32BE(at + 16),
      delaySinceLastSenderReport: packet.readUInt32BE(at + 20),
    });
  }
  return reports;
}

/** What the sender says of its own stream, then of those that it receives. */
function readSenderReport(packet: Buffer, count: number): Feedback[] {
  if (packet.length < SENDER_REPORT_BYTES) return [];
  const ntp = { seconds: packet.readUInt32BE(8), fraction: packet.readUInt32BE(12) };
  return [
    { type: 'sender-report', ssrc: packet.readUInt32BE(4), ntp, rtpTimestamp: packet.readUInt32BE(16) },
    { type: 'reports', reports: readReports(packet, SENDER_REPORT_BYTES, count) },
  ];
}

/** Packet identifier and bitmask of the sixteen that follow, pair by pair (RFC 4585 §6.2.1). */
function readNack(packet: Buffer): number[] {
  const lost: number[] = [];
  for (let at = 12; at + 4 <= packet.length; at += 4) {
    const first = packet.readUInt16BE(at);
    const mask = packet.readUInt16BE(at + 2);
    lost.push(first);
    for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) lost.push((first + bit + 1) & 0xffff);
  }
  return lost;
}

function readTransportLayerFeedback(packet: Buffer, format: number): Feedback[] {
  if (format === GENERIC_NACK) return [{ type: 'nack', ssrc: packet.readUInt32BE(8), sequenceNumbers: readNack(packet) }];
  const feedback = format === TRANSPORT_WIDE ? readTransportFeedback(packet) : undefined;
  return feedback ? [{ type: 'transport', feedback }] : [];
}

function readPayloadFeedback(packet: Buffer, format: number): Feedback[] {
  if (format === PICTURE_LOSS) return [{ type: 'keyframe-request', ssrc: packet.readUInt32BE(8) }];
  if (format === FULL_INTRA_REQUEST) {
    const requests: Feedback[] = [];
    for (let at = 12; at + 8 <= packet.length; at += 8) requests.push({ type: 'keyframe-request', ssrc: packet.readUInt32BE(at) });
    return requests;
  }
  if (format === APPLICATION_LAYER && packet.length >= 20 && packet.readUInt32BE(12) === REMB) {
    const exponent = packet.readUInt8(17) >> 2;
    const mantissa = packet.readUIntBE(17, 3) & 0x3ffff;
    return [{ type: 'estimated-bitrate', bitsPerSecond: mantissa * 2 ** exponent }];
  }
  return [];
}

/** @param packet one RTCP packet with its header and without padding; at least eight bytes */
function readOne(packet: Buffer, packetType: number, count: number): Feedback[] {
  switch (packetType) {
    case SENDER_REPORT:
      return readSenderReport(packet, count);
    case RECEIVER_REPORT:
      return [{ type: 'reports', reports: readReports(packet, 8, count) }];
    case GOODBYE: {
      const sources = Math.min(count, Math.floor((packet.length - 4) / 4));
      return [{ type: 'goodbye', ssrcs: Array.from({ length: sources }, (_, index) => packet.readUInt32BE(4 + 4 * index)) }];
    }
    case TRANSPORT_FEEDBACK:
      return packet.length >= 12 ? readTransportLayerFeedback(packet, count) : [];
    case PAYLOAD_FEEDBACK:
      return packet.length >= 12 ? readPayloadFeedback(packet, count) : [];
    default:
      return [];
  }
}

/** Reads a compound packet, already decrypted. */
export function readRtcp(compound: Buffer): Feedback[] {
  const feedback: Feedback[] = [];
  for (let at = 0; at + 8 <= compound.length; ) {
    const first = compound.readUInt8(at);
    const end = at + (compound.readUInt16BE(at + 2) + 1) * 4;
    if (first >> 6 !== 2 || end > compound.length) break;
    if (end - at >= 8) feedback.push(...readOne(compound.subarray(at, end), compound.readUInt8(at + 1), first & 0x1f));
    at = end;
  }
  return feedback;
}
