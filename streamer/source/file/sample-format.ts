/** Brings the samples of a container into the form that the packetizers read, with all that a receiver needs to begin at a keyframe. */
import { hasSequenceHeader, isAv1Keyframe } from '../../rtp/av1.ts';
import { hasParameterSets, isH264Keyframe, joinNalUnits, LENGTH_BYTES, nalUnits } from '../../rtp/h264.ts';
import type { CodecName } from '../source.ts';

export type SampleFormat = (sample: Uint8Array) => Uint8Array;

/** What an AVCDecoderConfigurationRecord says (ISO/IEC 14496-15 §5.3.3.1). */
interface AvcConfiguration {
  readonly lengthBytes: number;
  readonly parameterSets: readonly Uint8Array[];
  /** Profile, constraints and level in hexadecimal. */
  readonly profileLevelId: string;
}

/** Where the first four bytes of an AV1CodecConfigurationRecord end, its OBUs begin. */
const AV1_CONFIGURATION_BYTES = 4;

export function readAvcConfiguration(record: Uint8Array): AvcConfiguration | undefined {
  if (record.length < 7 || record[0] !== 1) return undefined;
  const parameterSets: Uint8Array[] = [];
  let at = 6;
  const readSets = (count: number) => {
    for (let set = 0; set < count && at + 2 <= record.length; set++) {
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
      parameterSets.push(record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  };
  readSets((record[5] ?? 0) & 0x1f);
  const pictureSets = record[at++] ?? 0;
  readSets(pictureSets);
  return { lengthBytes: ((record[4] ?? 0) & 0x03) + 1, parameterSets, profileLevelId: Buffer.from(record.subarray(1, 4)).toString('hex') };
}

/** NAL units between start codes (ITU-T H.264 annex B). */
export function* annexBUnits(stream: Uint8Array): Generator<Uint8Array> {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const CODE = Buffer.from([0, 0, 1]);
  for (let start = bytes.indexOf(CODE); start >= 0; ) {
    const next = bytes.indexOf(CODE, start + CODE.length);
    let end = next < 0 ? bytes.length : next;
    while (end > start + CODE.length && bytes[end - 1] === 0) end--;
    if (end > start + CODE.length) yield bytes.subarray(start + CODE.length, end);
    start = next;
  }
}

function h264Format(description: Uint8Array | undefined): SampleFormat {
  const configuration = description && readAvcConfiguration(description);
  const sets = configuration?.parameterSets ?? [];
  return (sample) => {
    const canonical = configuration?.lengthBytes === LENGTH_BYTES ? sample : joinNalUnits([...(configuration ? nalUnits(sample, configuration.lengthBytes) : annexBUnits(sample))]);
    return sets.length > 0 && isH264Keyframe(canonical) && !hasParameterSets(canonical) ? Buffer.concat([joinNalUnits(sets), canonical]) : canonical;
  };
}

function av1Format(description: Uint8Array | undefined): SampleFormat {
  const configuration = description?.subarray(AV1_CONFIGURATION_BYTES) ?? new Uint8Array(0);
  return (sample) => (configuration.length > 0 && isAv1Keyframe(sample) && !hasSequenceHeader(sample) ? Buffer.concat([configuration, sample]) : sample);
}

/** @param description the codec's private data as the container keeps it: avcC or av1C */
export function sampleFormat(codec: CodecName, description: Uint8Array | undefined): SampleFormat {
  if (codec === 'H264') return h264Format(description);
  if (codec === 'AV1') return av1Format(description);
  return (sample) => sample;
}
