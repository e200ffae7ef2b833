/** One second of a streamer, as front tells it to operators; read with care, for it comes from elsewhere. */
import { isRecord } from '../connection/fields.ts';

/** Rates are for one second. What is not known is undefined. */
export interface ViewerReport {
  readonly id: string;
  readonly bitsPerSecond: number | undefined;
  readonly retransmissionsPerSecond: number | undefined;
  readonly loss: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly rendition: string | undefined;
}

export interface Report {
  readonly viewers: number;
  readonly bitsPerSecond: number | undefined;
  readonly packetsPerSecond: number | undefined;
  readonly retransmissionsPerSecond: number | undefined;
  readonly keyframeRequestsPerSecond: number | undefined;
  /** 0 to 1. */
  readonly loss: number | undefined;
  readonly roundTripMs: number | undefined;
  /** Of the one in twenty who has the longest. */
  readonly longRoundTripMs: number | undefined;
  /** Share of one core. */
  readonly cpu: number | undefined;
  readonly memoryMegabytes: number | undefined;
  readonly renditions: readonly { readonly name: string; readonly viewers: number }[];
  readonly worst: readonly ViewerReport[];
}

/** @returns undefined for what is no report */
export function parseReport(json: string): Report | undefined {
  const value = parseJson(json);
  if (!isRecord(value)) return undefined;
  const viewers = number(value['viewers']);
  if (viewers === undefined) return undefined;
  const { roundTripMs, renditions, worst } = value;
  return {
    viewers,
    bitsPerSecond: number(value['bitsPerSecond']),
    packetsPerSecond: number(value['packetsPerSecond']),
    retransmissionsPerSecond: number(value['retransmissionsPerSecond']),
    keyframeRequestsPerSecond: number(value['keyframeRequestsPerSecond']),
    loss: number(value['loss']),
    roundTripMs: isRecord(roundTripMs) ? number(roundTripMs['median']) : undefined,
    longRoundTripMs: isRecord(roundTripMs) ? number(roundTripMs['p95']) : undefined,
    cpu: number(value['cpu']),
    memoryMegabytes: number(value['memoryMegabytes']),
    renditions: isRecord(renditions) ? Object.entries(renditions).map(([name, count]) => ({ name, viewers: number(count) ?? 0 })) : [],
    worst: Array.isArray(worst) ? worst.filter(isRecord).map(viewerOf) : [],
  };
}

/** The sentence of an error that front answers with, or undefined. */
export function parseTrouble(json: string): string | undefined {
  const value = parseJson(json);
  return isRecord(value) && typeof value['message'] === 'string' ? value['message'] : undefined;
}

function viewerOf(viewer: Record<string, unknown>): ViewerReport {
  return {
    id: String(viewer['id']),
    bitsPerSecond: number(viewer['bitsPerSecond']),
    retransmissionsPerSecond: number(viewer['retransmissionsPerSecond']),
    loss: number(viewer['loss']),
    roundTripMs: number(viewer['roundTripMs']),
    rendition: typeof viewer['rendition'] === 'string' ? viewer['rendition'] : undefined,
  };
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
