import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeEstimatedBitrate, writeNack, writePictureLoss, writeReceiverReport } from '../../../../streamer/rtp/feedback-writer.ts';
import { ntpFromUnix } from '../../../../streamer/rtp/ntp.ts';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';
import { writeSenderReport } from '../../../../streamer/rtp/rtcp-writer.ts';
import { readTransportFeedback } from '../../../../streamer/rtp/transport-feedback.ts';
import { MAX_REPORTED_PACKETS, writeTransportFeedback } from '../../../../streamer/rtp/transport-feedback-writer.ts';

describe('what a receiver says', () => {
  it('is read again: reports, NACK, PLI and REMB', () => {
    const report = { ssrc: 9, fractionLost: 0.25, packetsLost: -3, highestSequence: 0x1_0005, jitter: 77, lastSenderReport: 0xdecafbad, delaySinceLastSenderReport: 65_536 };
    expect(readRtcp(writeReceiverReport(1, [report, { ...report, ssrc: 10, packetsLost: 5 }]))).toEqual([{ type: 'reports', reports: [report, { ...report, ssrc: 10, packetsLost: 5 }] }]);
    expect(readRtcp(writePictureLoss(1, 0xffffffff))).toEqual([{ type: 'keyframe-request', ssrc: 0xffffffff }]);
    expect(readRtcp(writeNack(1, 5, [65_534, 65_535, 65_536, 65_551, 65_900]))).toEqual([{ type: 'nack', ssrc: 5, sequenceNumbers: [65_534, 65_535, 0, 15, 364] }]);
    const [estimate] = readRtcp(writeEstimatedBitrate(1, 1_234_567, [5, 6]));
    expect(estimate).toMatchObject({ type: 'estimated-bitrate' });
    expect((estimate as { bitsPerSecond: number }).bitsPerSecond / 1_234_567).toBeCloseTo(1, 4);
  });

  it('names every lost packet once, however they lie', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 }), (numbers) => {
        const sorted = numbers.sort((one, other) => one - other);
        expect(readRtcp(writeNack(1, 2, sorted))).toEqual([{ type: 'nack', ssrc: 2, sequenceNumbers: sorted }]);
      }),
    );
  });

  it('hears what a sender says of its clocks', () => {
    const ntp = ntpFromUnix(1_700_000_000_123.5);
    expect(readRtcp(writeSenderReport({ ssrc: 3, ntp, rtpTimestamp: 0xfffffff0, packetCount: 1, octetCount: 2 }))).toEqual([
      { type: 'sender-report', ssrc: 3, ntp, rtpTimestamp: 0xfffffff0 },
      { type: 'reports', reports: [] },
    ]);
  });
});

describe('transport-wide feedback that we write', () => {
  const arrivals = fc.array(fc.oneof(fc.constant(NaN), fc.double({ min: 0, max: 90_000, noNaN: true })), { minLength: 1, maxLength: MAX_REPORTED_PACKETS });

  it('says when each packet came, to a quarter of a millisecond, as far as it goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000 }), arrivals, (first, times) => {
        fc.pre(times.some((time) => !Number.isNaN(time)));
        const { packet, reported } = writeTransportFeedback(1, 2, 3, { first, arrivals: times });
        expect(packet.length).toBeLessThan(1_200);
        const read = readTransportFeedback(packet);
        expect(read?.first).toBe(first & 0xffff);
        expect(read?.arrivals).toHaveLength(reported);
        for (let index = 0; index < reported; index++) {
          const time = times[index] ?? NaN;
          if (Number.isNaN(time)) expect(read?.arrivals[index]).toBeNaN();
          else expect(Math.abs((read?.arrivals[index] ?? NaN) - time)).toBeLessThanOrEqual(0.126);
        }
        const rest = times[reported];
        if (rest !== undefined) expect(rest).not.toBeNaN();
      }),
    );
  });
});
