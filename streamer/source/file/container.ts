/** Opens WebM, Matroska, MP4 and Ogg, and says of their first picture and sound whether browsers can play them as they are (mediabunny does the reading). */
import { EncodedPacketSink, FilePathSource, Input, InputAudioTrack, InputVideoTrack, MATROSKA, MP4, OGG, QTFF, WEBM, type InputTrack } from 'mediabunny';
import { PAYLOAD_FORMATS } from '../../rtp/payload-format.ts';
import { AV1, H264, OPUS, VP8, VP9, type Codec, type MediaKind } from '../source.ts';
import { readAvcConfiguration, sampleFormat } from './sample-format.ts';

/** Playlists are not among them: they would make the reader fetch what they name. */
const FORMATS = [WEBM, MATROSKA, MP4, QTFF, OGG];

const METADATA = { metadataOnly: true } as const;

/** How many keyframes of a file are looked at to learn how far they lie apart. */
const MAX_INSPECTED_KEYFRAMES = 2_000;
/** How many pictures of a file are looked at to learn whether they are shown in the order in which they are decoded. */
const MAX_INSPECTED_PICTURES = 3_000;
/** Keyframes further apart than this make a new viewer wait, or catch up on too much. */
const MAX_KEYFRAME_INTERVAL_SECONDS = 2.5;
/** RFC 7587 knows mono and stereo only. */
const MAX_CHANNELS = 2;

/** A picture or a piece of sound with its time on the clock of the file. */
export interface Sample {
  readonly seconds: number;
  readonly keyframe: boolean;
  readonly data: Uint8Array;
}

export interface ContainerTrack {
  readonly kind: MediaKind;
  /** Undefined where browsers do not get it by WebRTC. */
  readonly codec: Codec | undefined;
  /** Why it should be encoded anew, as a sentence's end; undefined where it is fine as it is. */
  readonly hindrance: string | undefined;
  /** Whether browsers can show it nevertheless, if there is no ffmpeg. */
  readonly playable: boolean;
  readonly picture: { readonly width: number; readonly height: number } | undefined;
  /** Seconds of its first sample, and at which its last one is over. */
  readonly first: number;
  readonly end: number;
  /** Seconds of the last keyframe that is not after these, or of the first one. */
  keyframeBefore(seconds: number): Promise<number>;
  /** @param from seconds; begins at the last sample, or keyframe of a picture, that is not after them */
  samples(from?: number): AsyncGenerator<Sample, void>;
}

export interface Container {
  readonly video: ContainerTrack | undefined;
  readonly audio: ContainerTrack | undefined;
  close(): void;
}

const CODECS: Readonly<Record<string, Codec>> = { vp8: VP8, vp9: VP9, av1: AV1, avc: H264, opus: OPUS };

/** Profiles that browsers decode from RTP: eight bits, 4:2:0. */
const PROFILES: Readonly<Record<string, RegExp>> = { vp9: /^vp09\.00\./, av1: /^av01\.0\./, avc: /^avc[13]\.(?:42|4d|64)/i };

const bytesOf = (source: ArrayBufferView | ArrayBufferLike): Uint8Array => (ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source));

async function longestInterval(sink: EncodedPacketSink, first: number, end: number): Promise<number> {
  let longest = 0;
  let last = first;
  let keyframe = await sink.getFirstKeyPacket(METADATA);
  for (let seen = 0; keyframe && seen < MAX_INSPECTED_KEYFRAMES; seen++) {
    longest = Math.max(longest, keyframe.timestamp - last);
    last = keyframe.timestamp;
    keyframe = await sink.getNextKeyPacket(keyframe, METADATA);
  }
  return keyframe ? longest : Math.max(longest, end - last);
}

async function isReordered(sink: EncodedPacketSink): Promise<boolean> {
  let last = -Infinity;
  let seen = 0;
  for await (const { timestamp } of sink.packets(undefined, undefined, METADATA)) {
    if (timestamp < last) return true;
    last = timestamp;
    if (++seen >= MAX_INSPECTED_PICTURES) break;
  }
  return false;
}

interface Judgement {
  readonly hindrance: string | undefined;
  readonly playable: boolean;
}

const FINE: Judgement = { hindrance: undefined, playable: true };
const impossible = (hindrance: string): Judgement => ({ hindrance, playable: false });

async function judgeVideo(track: InputVideoTrack, sink: EncodedPacketSink, first: number, end: number): Promise<Judgement> {
  const name = (await track.getCodec()) ?? 'an unknown codec';
  if (!(name in CODECS)) return impossible(`its picture is in ${name}`);
  const parameters = (await track.getCodecParameterString()) ?? '';
  if (PROFILES[name]?.test(parameters) === false) return impossible(`its picture is in a profile (${parameters}) that browsers do not take`);
  if (name === 'avc' && (await isReordered(sink))) return impossible('its pictures are not in the order in which they are shown (B-frames)');
  if ((await track.getRotation()) !== 0) return { hindrance: 'its picture is stored turned', playable: true };
  const { num, den } = await track.getPixelAspectRatio();
  if (num !== den) return { hindrance: 'its pixels are not square', playable: true };
  const interval = await longestInterval(sink, first, end);
  return interval > MAX_KEYFRAME_INTERVAL_SECONDS ? { hindrance: `its keyframes lie up to ${interval.toFixed(1)} s apart`, playable: true } : FINE;
}

async function judgeAudio(track: InputAudioTrack): Promise<Judgement> {
  const name = (await track.getCodec()) ?? 'an unknown codec';
  if (!(name in CODECS)) return impossible(`its sound is in ${name}`);
  const channels = await track.getNumberOfChannels();
  return channels > MAX_CHANNELS ? impossible(`its sound has ${channels} channels`) : FINE;
}

/** The codec with what the answer has to say of it. */
function withParameters(codec: Codec, description: Uint8Array | undefined): Codec {
  const configuration = codec.name === 'H264' && description ? readAvcConfiguration(description) : undefined;
  return configuration ? { ...codec, parameters: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${configuration.profileLevelId}` } : codec;
}

/** The codec's private data, whose type is one of the DOM's. */
async function descriptionOf(track: InputVideoTrack | InputAudioTrack): Promise<Uint8Array | undefined> {
  const configuration = (await track.getDecoderConfig()) as { readonly description?: ArrayBufferView | ArrayBufferLike } | null;
  return configuration?.description && bytesOf(configuration.description);
}

async function openTrack(track: InputVideoTrack | InputAudioTrack): Promise<ContainerTrack | undefined> {
  const sink = new EncodedPacketSink(track);
  if (!(await sink.getFirstPacket(METADATA))) return undefined;
  const first = await track.getFirstTimestamp();
  const end = await track.computeDuration();
  const isVideo = track instanceof InputVideoTrack;
  const judgement = isVideo ? await judgeVideo(track, sink, first, end) : await judgeAudio(track);
  const known = CODECS[(await track.getCodec()) ?? ''];
  const description = known && (await descriptionOf(track));
  const codec = known && withParameters(known, description);
  const format = codec && sampleFormat(codec.name, description);
  async function* samples(from = -Infinity): AsyncGenerator<Sample, void> {
    if (!codec || !format) return;
    const start = from > first ? await sink.getKeyPacket(from) : undefined;
    for await (const { timestamp, data } of sink.packets(start ?? undefined)) {
      const sample = format(data);
      yield { seconds: timestamp, keyframe: PAYLOAD_FORMATS[codec.name].isKeyframe(sample), data: sample };
    }
  }
  const keyframeBefore = async (seconds: number) => (seconds > first ? (await sink.getKeyPacket(seconds, METADATA))?.timestamp : undefined) ?? first;
  const picture = isVideo ? { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() } : undefined;
  return { kind: isVideo ? 'video' : 'audio', codec, ...judgement, picture, first, end, keyframeBefore, samples };
}

async function openAll(input: Input): Promise<Container | undefined> {
  if (!(await input.canRead())) return undefined;
  const open = (track: InputTrack | null) => (track instanceof InputVideoTrack || track instanceof InputAudioTrack ? openTrack(track) : undefined);
  const video = await open(await input.getPrimaryVideoTrack());
  const audio = await open(await input.getPrimaryAudioTrack());
  return video || audio ? { video, audio, close: () => input.dispose() } : undefined;
}

/**
 * @returns undefined when it is of another kind, or holds neither picture nor sound
 * @throws what reading a damaged file throws
 */
export async function openContainer(file: string): Promise<Container | undefined> {
  const input = new Input({ formats: FORMATS, source: new FilePathSource(file) });
  let opened: Container | undefined;
  try {
    opened = await openAll(input);
  } finally {
    if (!opened) input.dispose();
  }
  return opened;
}
