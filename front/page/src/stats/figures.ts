/** Figures for the statistics overlay: rates between two readings, and what is read directly. */
import type { Sample, StreamSample } from './sample.ts';

export interface Figures {
  readonly width: number;
  readonly height: number;
  /** Frames decoded a second; undefined until two readings exist. */
  readonly framesPerSecond: number | undefined;
  /** Audio and video together, payload bits a second. */
  readonly bitsPerSecond: number | undefined;
  /** Share of packets lost since the reading before, 0 to 1. */
  readonly loss: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly jitterMs: number | undefined;
  /** How long video waits in the jitter buffer on average. */
  readonly bufferMs: number | undefined;
  readonly codecs: string;
  readonly path: string | undefined;
}

/** @param earlier a reading of the same connection, or undefined for the first */
export function figuresOf(earlier: Sample | undefined, later: Sample): Figures {
  const seconds = earlier ? (later.at - earlier.at) / 1000 : 0;
  const before = seconds > 0 ? earlier : undefined;
  return {
    width: later.video?.width ?? 0,
    height: later.video?.height ?? 0,
    framesPerSecond: before && later.video ? rate(before.video?.framesDecoded, later.video.framesDecoded, seconds) : undefined,
    bitsPerSecond: before && 8 * (rate(before.video?.bytesReceived, later.video?.bytesReceived, seconds) + rate(before.audio?.bytesReceived, later.audio?.bytesReceived, seconds)),
    loss: before && lossBetween(before, later),
    roundTripMs: later.roundTripMs,
    jitterMs: later.video?.jitterMs ?? later.audio?.jitterMs,
    bufferMs: before && bufferBetween(before.video, later.video),
    codecs: [later.video?.codec, later.audio?.codec].filter((codec) => codec).join(' + '),
    path: later.path,
  };
}

function rate(before: number | undefined, after: number | undefined, seconds: number): number {
  return Math.max(0, (after ?? 0) - (before ?? 0)) / seconds;
}

function lossBetween(before: Sample, after: Sample): number {
  let lost = 0;
  let received = 0;
  for (const kind of ['video', 'audio'] as const) {
    lost += Math.max(0, (after[kind]?.packetsLost ?? 0) - (before[kind]?.packetsLost ?? 0));
    received += Math.max(0, (after[kind]?.packetsReceived ?? 0) - (before[kind]?.packetsReceived ?? 0));
  }
  return lost + received === 0 ? 0 : lost / (lost + received);
}

function bufferBetween(before: StreamSample | undefined, after: StreamSample | undefined): number | undefined {
  const emitted = (after?.jitterBufferEmitted ?? 0) - (before?.jitterBufferEmitted ?? 0);
  if (!after || emitted <= 0) return undefined;
  return (after.jitterBufferDelayMs - (before?.jitterBufferDelayMs ?? 0)) / emitted;
}
