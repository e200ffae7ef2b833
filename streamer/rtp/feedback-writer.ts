/** The RTCP packets that a receiver of media writes: receiver report (RFC 3550 §6.4.2), NACK and PLI (RFC 4585 §6), REMB. */
import { rtcpHeader } from './rtcp-writer.ts';
import type { ReceptionReport } from './rtcp-reader.ts';
import { uint16 } from './serial.ts';

const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const GENERIC_NACK = 1;
const PICTURE_LOSS = 1;
const APPLICATION_LAYER = 15;
const REMB = 0x52454d42;

const REPORT_BYTES = 24;
/** Five bits count them (RFC 3550 §6.4.1). */
export const MAX_REPORTS = 31;
const FEEDBACK_HEADER_BYTES = 12;
const MASK_BITS = 16;
/** draft-alvestrand-rmcat-remb-03 §2.2. */
const REMB_MANTISSA_BITS = 18;
const MOST_LOST = 0x7f_ffff;

/** @param reports at most {@link MAX_REPORTS} */
export function writeReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const packet = rtcpHeader(RECEIVER_REPORT, reports.length, 8 + REPORT_BYTES * reports.length);
  packet.writeUInt32BE(ssrc, 4);
  reports.forEach((report, index) => {
    const at = 8 + REPORT_BYTES * index;
    packet.writeUInt32BE(report.ssrc, at);
    packet[at + 4] = Math.min(255, Math.floor(report.fractionLost * 256));
    packet.writeIntBE(Math.max(-MOST_LOST, Math.min(MOST_LOST, report.packetsLost)), at + 5, 3);
    packet.writeUInt32BE(report.highestSequence, at + 8);
    packet.writeUInt32BE(report.jitter, at + 12);
    packet.writeUInt32BE(report.lastSenderReport, at + 16);
    packet.writeUInt32BE(report.delaySinceLastSenderReport, at + 20);
  });
  return packet;
}

function feedback(packetType: number, format: number, sender: number, media: number, bytes: number): Buffer {
  const packet = rtcpHeader(packetType, format, FEEDBACK_HEADER_BYTES + bytes);
  packet.writeUInt32BE(sender, 4);
  packet.writeUInt32BE(media, 8);
  return packet;
}

/** @param sequences endless, in rising order, at least one; each entry names up to seventeen */
export function writeNack(sender: number, media: number, sequences: readonly number[]): Buffer {
  const entries: { readonly first: number; mask: number }[] = [];
  for (const sequence of sequences) {
    const last = entries.at(-1);
    if (last && sequence - last.first <= MASK_BITS) last.mask |= 1 << (sequence - last.first - 1);
    else entries.push({ first: sequence, mask: 0 });
  }
  const packet = feedback(TRANSPORT_FEEDBACK, GENERIC_NACK, sender, media, 4 * entries.length);
  entries.forEach(({ first, mask }, index) => {
    packet.writeUInt16BE(uint16(first), FEEDBACK_HEADER_BYTES + 4 * index);
    packet.writeUInt16BE(mask, FEEDBACK_HEADER_BYTES + 4 * index + 2);
  });
  return packet;
}

export function writePictureLoss(sender: number, media: number): Buffer {
  return feedback(PAYLOAD_FEEDBACK, PICTURE_LOSS, sender, media, 0);
}

/** What a sender may send, for all of `ssrcs` together (draft-alvestrand-rmcat-remb-03 §2.2). */
export function writeEstimatedBitrate(sender: number, bitsPerSecond: number, ssrcs: readonly number[]): Buffer {
  const packet = feedback(PAYLOAD_FEEDBACK, APPLICATION_LAYER, sender, 0, 8 + 4 * ssrcs.length);
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, bitsPerSecond))) + 1 - REMB_MANTISSA_BITS);
  packet.writeUInt32BE(REMB, 12);
  packet[16] = ssrcs.length;
  packet.writeUIntBE(exponent * 2 ** REMB_MANTISSA_BITS + Math.floor(bitsPerSecond / 2 ** exponent), 17, 3);
  ssrcs.forEach((ssrc, index) => packet.writeUInt32BE(ssrc, 20 + 4 * index));
  return packet;
}
