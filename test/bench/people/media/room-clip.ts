/** What a bench's members send: pictures in one or several sizes, and sound, prepared once and shared by all. */
import { join } from 'node:path';
import { openContainer, type ContainerTrack } from '../../../../streamer/source/file/container.ts';
import { repository } from '../../../support/paths.ts';

export interface Picture {
  readonly keyframe: boolean;
  /** A VP8 frame. */
  readonly frame: Buffer;
}

/** One of the sizes in which the picture comes (RFC 8853). */
export interface Layer {
  readonly rid: string;
  readonly pictures: readonly Picture[];
}

export interface RoomClip {
  /** The smallest first. */
  readonly layers: readonly Layer[];
  readonly picturesPerSecond: number;
  /** Opus packets of 20 ms. */
  readonly sound: readonly Buffer[];
  /** Whether the last bytes of each picture mean nothing, so that a time can be written there. */
  readonly filled: boolean;
}

export const SOUND_MS = 20;

async function samplesOf(track: ContainerTrack): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for await (const { keyframe, data } of track.samples()) pictures.push({ keyframe, frame: Buffer.from(data) });
  return pictures;
}

/** The clip that comes with the product, as it is: one size. */
export async function sampleClip(): Promise<RoomClip> {
  const container = await openContainer(join(repository, 'data', 'sample.webm'));
  if (!container?.video || !container.audio) throw new Error('data/sample.webm holds no picture or no sound');
  const { video, audio } = container;
  const pictures = await samplesOf(video);
  const sound = (await samplesOf(audio)).map(({ frame }) => frame);
  container.close();
  return { layers: [{ rid: 'f', pictures }], picturesPerSecond: Math.round(pictures.length / (video.end - video.first)), sound, filled: false };
}

export interface LayerPlan {
  readonly rid: string;
  readonly height: number;
  readonly kilobits: number;
}

const PICTURES_PER_SECOND = 25;
/** A browser's keyframes come when they are asked for; these come so often besides. */
const KEYFRAME_SECONDS = 4;
/** A keyframe is so many times as large as another picture. */
const KEYFRAME_WEIGHT = 5;
const SOUND_BYTES = 80;
/** A keyframe's first bytes (RFC 6386 §9.1): tag, start code, width, height. */
const KEYFRAME_TAG = [0x10, 2, 0, 0x9d, 0x01, 0x2a];
const PICTURE_TAG = [0x11, 2, 0];

function filledPicture({ height, kilobits }: LayerPlan, keyframe: boolean): Picture {
  const group = PICTURES_PER_SECOND * KEYFRAME_SECONDS;
  const bytes = (kilobits * 125 * KEYFRAME_SECONDS) / (group - 1 + KEYFRAME_WEIGHT);
  const width = Math.round((height * 16) / 9);
  const begins = keyframe ? [...KEYFRAME_TAG, width & 0xff, width >> 8, height & 0xff, height >> 8] : PICTURE_TAG;
  return { keyframe, frame: Buffer.concat([Buffer.from(begins), Buffer.alloc(Math.max(16, Math.round(bytes * (keyframe ? KEYFRAME_WEIGHT : 1)) - begins.length), 7)]) };
}

/** Pictures of true size and with true headers whose content means nothing. */
export function filledClip(plans: readonly LayerPlan[]): RoomClip {
  const layers = plans.map((plan) => {
    const [keyframe, picture] = [filledPicture(plan, true), filledPicture(plan, false)];
    return { rid: plan.rid, pictures: Array.from({ length: PICTURES_PER_SECOND * KEYFRAME_SECONDS }, (_, place) => (place === 0 ? keyframe : picture)) };
  });
  return { layers, picturesPerSecond: PICTURES_PER_SECOND, sound: [Buffer.alloc(SOUND_BYTES, 7)], filled: true };
}
