import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RtcpSourceDescriptionPacket, RtcpSrPacket } from 'werift';
import { RtcpPacketConverter } from 'werift';
import { compactNtp, ntpFromUnix } from '../../../../streamer/rtp/ntp.ts';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';
import { writeGoodbye, writeSenderReport, writeSourceDescription } from '../../../../streamer/rtp/rtcp-writer.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('NTP time (RFC 3550 §4)', () => {
  it('counts from 1900, with a binary fraction', () => {
    expect(ntpFromUnix(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpFromUnix(1500.5)).toEqual({ seconds: 2_208_988_801, fraction: Math.floor(0.5005 * 2 ** 32) });
    expect(compactNtp({ seconds: 0xb44db705, fraction: 0x20000000 })).toBe(0xb7052000);
  });
});

describe('RTCP that a sender writes', () => {
  const report = { ssrc: 0x11223344, ntp: { seconds: 0xb44db705, fraction: 0x20000000 }, rtpTimestamp: 90_000, packetCount: 12, octetCount: 3456 };

  it('is a sender report byte for byte (RFC 3550 §6.4.1)', () => {
    expect(writeSenderReport(report).toString('hex')).toBe('80c8000611223344b44db7052000000000015f900000000c00000d80');
  });

  it('ends each chunk of a source description in zeros, at least one (§6.5)', () => {
    expect(writeSourceDescription([1], 'ab').toString('hex')).toBe('81ca0003' + '00000001' + '0102616200000000');
    expect(writeSourceDescription([1], 'abc').toString('hex')).toBe('81ca0003' + '00000001' + '0103616263000000');
    expect(writeSourceDescription([1, 2], 'a').length).toBe(4 + 2 * 8);
  });

  it('is read alike by another implementation', () => {
    const [sender, names] = RtcpPacketConverter.deSerialize(Buffer.concat([writeSenderReport(report), writeSourceDescription([1, 2], 'name')]));
    expect((sender as RtcpSrPacket).senderInfo).toMatchObject({ rtpTimestamp: 90_000, packetCount: 12, octetCount: 3456 });
    expect((names as RtcpSourceDescriptionPacket).chunks.map(({ source, items }) => [source, items[0]?.text])).toEqual([[1, 'name'], [2, 'name']]);
  });

  it('says goodbye for all its streams', () => {
    expect(readRtcp(writeGoodbye([5, 6]))).toEqual([{ type: 'goodbye', ssrcs: [5, 6] }]);
  });
});

describe('RTCP that viewers send', () => {
  it('reads reports, NACKs, keyframe requests and estimates out of one compound packet', () => {
    const compound = Buffer.concat([
      hex('81c90007 00000001 00000060 40fffffe 00010203 00000384 b7052000 00054000'),
      hex('81cd0003 00000001 00000060 fffe8003'),
      hex('81ce0002 00000001 00000060'),
      hex('84ce0004 00000001 00000000 00000060 07000000'),
      hex('8fce0005 00000001 00000000 52454d42 010bffff 00000060'),
    ]);
    expect(readRtcp(compound)).toEqual([
      {
        type: 'reports',
        reports: [{ ssrc: 0x60, fractionLost: 0.25, packetsLost: -2, highestSequence: 0x10203, jitter: 900, lastSenderReport: 0xb7052000, delaySinceLastSenderReport: 0x54000 }],
      },
      { type: 'nack', ssrc: 0x60, sequenceNumbers: [0xfffe, 0xffff, 0, 14] },
      { type: 'keyframe-request', ssrc: 0x60 },
      { type: 'keyframe-request', ssrc: 0x60 },
      { type: 'estimated-bitrate', bitsPerSecond: 0x3ffff * 4 },
    ]);
  });

  it('passes over what is unknown, cut short, or of another version', () => {
    expect(readRtcp(hex('80cc0002 00000001 6e616d65'))).toEqual([]);
    expect(readRtcp(hex('81cd0009 00000001 00000060'))).toEqual([]);
    expect(readRtcp(hex('41ce0002 00000001 00000060'))).toEqual([]);
    expect(readRtcp(hex('9fc90001 00000001'))).toEqual([{ type: 'reports', reports: [] }]);
  });

  it('never throws, and never yields more than a datagram can hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const feedback = readRtcp(Buffer.concat([Buffer.from([0x81, fc.sample(fc.integer({ min: 200, max: 207 }), 1)[0] ?? 200]), Buffer.from(bytes)]));
        expect(feedback.length).toBeLessThanOrEqual(50);
      }),
    );
  });
});
