/** Reads files whose tracks need no encoder: WebM, Matroska, MP4 and Ogg with VP8 and Opus (mediabunny does the reading). */
import { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, OGG, WEBM, type EncodedPacket, type InputTrack } from 'mediabunny';
import { isVp8Keyframe } from '../../rtp/vp8.ts';
import { OPUS, VP8, type Codec, type EncodedFrame, type MediaKind, type Track } from '../source.ts';

/** How many keyframes of a file are looked at to learn how far they lie apart. */
const MAX_INSPECTED_KEYFRAMES = 2_000;

/** Playlists are not among them: they would make the reader fetch what they name. */
const FORMATS = [WEBM, MATROSKA, MP4, OGG];

const VIDEO_ID = 0;
const AUDIO_ID = 1;

const METADATA = { metadataOnly: true } as const;

const CODECS: Readonly<Record<string, Codec>> = { vp8: VP8, opus: OPUS };

interface OpenTrack extends Track {
  readonly sink: EncodedPacketSink;
  /** Seconds of its first frame. */
  readonly first: number;
  /** Seconds at which its last frame is over. */
  readonly end: number;
}

export interface DemuxedFile {
  readonly tracks: readonly Track[];
  /** From the beginning of the first frame to the end of the last one, in seconds. */
  readonly duration: number;
  /** The longest time in seconds between two keyframes; 0 without video. */
  readonly keyframeInterval: number;
  /**
   * The frames in order of time, the first of the file at 0.
   * @param from seconds; begins at the keyframe at or before it, with sound from there; at the beginning unless given
   */
  frames(from?: number): AsyncGenerator<EncodedFrame, void>;
  close(): void;
}

async function openTrack(track: InputTrack | null, id: number, kind: MediaKind): Promise<OpenTrack | undefined> {
  const codec = track ? CODECS[(await track.getCodec()) ?? ''] : undefined;
  if (!track || !codec) return undefined;
  return { id, kind, codec, sink: new EncodedPacketSink(track), first: await track.getFirstTimestamp(), end: await track.computeDuration() };
}

async function longestInterval({ sink, first, end }: OpenTrack): Promise<number> {
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

/** Where each track begins to be read, so that all of them begin together, at a keyframe; undefined for its first packet. */
async function beginnings(tracks: readonly OpenTrack[], seconds: number): Promise<(EncodedPacket | undefined)[]> {
  const video = tracks.find(({ kind }) => kind === 'video');
  const keyframe = await video?.sink.getKeyPacket(seconds, METADATA);
  const together = keyframe?.timestamp ?? (video ? -Infinity : seconds);
  return Promise.all(tracks.map(async ({ kind, sink, first }) => {
    if (together <= first) return undefined;
    return (await (kind === 'video' ? sink.getKeyPacket(together) : sink.getPacket(together))) ?? undefined;
  }));
}

async function* merged(tracks: readonly OpenTrack[], first: number, from: number): AsyncGenerator<EncodedFrame, void> {
  const starts = from > 0 ? await beginnings(tracks, from + first) : [];
  const readers = tracks.map(({ id, kind, sink }, place) => ({ id, kind, packets: sink.packets(starts[place]), head: undefined as EncodedPacket | undefined }));
  const advance = async (reader: (typeof readers)[number]) => {
    const next = await reader.packets.next();
    reader.head = next.done === true ? undefined : next.value;
  };
  try {
    for (const reader of readers) await advance(reader);
    for (;;) {
      const reader = readers.reduce((earliest, other) => ((other.head?.timestamp ?? Infinity) < (earliest.head?.timestamp ?? Infinity) ? other : earliest));
      if (!reader.head) return;
      const { timestamp, data } = reader.head;
      yield { track: reader.id, kind: reader.kind, seconds: timestamp - first, keyframe: reader.kind === 'audio' || isVp8Keyframe(data), data };
      await advance(reader);
    }
  } finally {
    for (const { packets } of readers) await packets.return();
  }
}

async function openAll(input: Input): Promise<DemuxedFile | undefined> {
  if (!(await input.canRead())) return undefined;
  const videoTrack = await input.getPrimaryVideoTrack();
  const audioTrack = await input.getPrimaryAudioTrack();
  const video = await openTrack(videoTrack, VIDEO_ID, 'video');
  const audio = await openTrack(audioTrack, AUDIO_ID, 'audio');
  const tracks = [video, audio].filter((track) => track !== undefined);
  if (tracks.length === 0 || (videoTrack && !video) || (audioTrack && !audio)) return undefined;
  const first = Math.min(...tracks.map((track) => track.first));
  const duration = Math.max(...tracks.map((track) => track.end)) - first;
  if (!(duration > 0)) return undefined;
  return {
    tracks: tracks.map(({ id, kind, codec }) => ({ id, kind, codec })),
    duration,
    keyframeInterval: video ? await longestInterval(video) : 0,
    frames: (from = 0) => merged(tracks, first, from),
    close: () => input.dispose(),
  };
}

/**
 * Opens a file if it can be played as it is.
 * @returns undefined when it is of another kind, or one of its tracks is in another codec, so that it needs an encoder
 * @throws what reading a damaged file throws
 */
export async function demux(file: string): Promise<DemuxedFile | undefined> {
  const input = new Input({ formats: FORMATS, source: new FilePathSource(file) });
  let opened: DemuxedFile | undefined;
  try {
    opened = await openAll(input);
  } finally {
    if (!opened) input.dispose();
  }
  return opened;
}
