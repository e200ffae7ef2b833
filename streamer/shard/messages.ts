/** What goes between the main thread and a shard in a worker thread; everything in it can be cloned. */
import type { LogFields } from '../../shared/log/fields.ts';
import type { LogLevel } from '../../shared/log/logger.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { Totals } from '../fanout/totals.ts';
import type { MediaFrame, MediaPacket } from '../source/source.ts';

/** A frame with the payloads of all its packets in one piece of memory. */
export interface FrameMessage extends Omit<MediaFrame, 'packets'> {
  readonly type: 'frame';
  readonly packets: readonly (Omit<MediaPacket, 'payload'> & { readonly bytes: number })[];
  readonly payloads: Uint8Array;
  /** The source's epoch, in ms since 1970 by the monotonic clock: threads do not share the zero of theirs. */
  readonly epoch: number;
}

export type ToWorker =
  | FrameMessage
  | { readonly type: 'admit'; readonly id: number; readonly name: string; readonly offer: string }
  | { readonly type: 'renew'; readonly id: number; readonly offer: string }
  | { readonly type: 'candidates'; readonly id: number; readonly candidates: readonly string[] }
  | { readonly type: 'delivered'; readonly id: number }
  | { readonly type: 'release'; readonly id: number }
  | { readonly type: 'statistics'; readonly request: number }
  | { readonly type: 'close' };

/** What a shard knows of its viewers, and of all it ever had. */
export interface ShardFigures {
  readonly viewers: ReadonlyMap<string, ViewerStatistics>;
  readonly totals: Totals;
}

export type RefusalKind = 'sdp' | 'not-acceptable' | 'other';

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'keyframe' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: string }
  | { readonly type: 'refused'; readonly id: number; readonly kind: RefusalKind; readonly error: Error }
  | { readonly type: 'renewed'; readonly id: number; readonly answer: string }
  | { readonly type: 'not-renewed'; readonly id: number; readonly kind: RefusalKind; readonly error: Error }
  | { readonly type: 'connected'; readonly id: number }
  | { readonly type: 'first-frame'; readonly id: number }
  | { readonly type: 'closed'; readonly id: number; readonly reason: string; readonly diagnosis: Diagnosis | undefined }
  | { readonly type: 'released'; readonly id: number; readonly statistics: ViewerStatistics | undefined }
  | ({ readonly type: 'statistics'; readonly request: number } & ShardFigures)
  | { readonly type: 'log'; readonly level: Exclude<LogLevel, 'silent'>; readonly fields: LogFields; readonly text: string };

/** What messages travel through, seen from one end: a MessagePort, or a Worker. */
export interface Link<Outgoing, Incoming> {
  post(message: Outgoing): void;
  onMessage(listener: (message: Incoming) => void): void;
}

/** @param epoch of the source, in ms of the sender's clock, whose zero was at `timeOrigin` */
export function packFrame({ packets, ...frame }: MediaFrame, epoch: number, timeOrigin: number): FrameMessage {
  const payloads = new Uint8Array(packets.reduce((sum, { payload }) => sum + payload.length, 0));
  let at = 0;
  const described = packets.map(({ payload, ...packet }) => {
    payloads.set(payload, at);
    at += payload.length;
    return { ...packet, bytes: payload.length };
  });
  return { type: 'frame', ...frame, packets: described, payloads, epoch: epoch + timeOrigin };
}

export function unpackFrame({ track, kind, keyframe, discardable, payloads, packets }: FrameMessage): MediaFrame {
  let at = payloads.byteOffset;
  return {
    track,
    kind,
    keyframe,
    discardable,
    packets: packets.map(({ bytes, ...packet }) => {
      const payload = Buffer.from(payloads.buffer, at, bytes);
      at += bytes;
      return { ...packet, payload };
    }),
  };
}
