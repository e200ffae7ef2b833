/** One reading of a connection's statistics (W3C webrtc-stats), reduced to what the page shows and watches. */
import { selectedPair } from './selected-pair.ts';
import type { StatsEntry } from './selected-pair.ts';

export interface StreamSample {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  /** Milliseconds. */
  readonly jitterMs: number;
  /** For example `VP8` or `opus`; empty until known. */
  readonly codec: string;
  readonly jitterBufferDelayMs: number;
  readonly jitterBufferEmitted: number;
}

export interface VideoSample extends StreamSample {
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly keyFramesDecoded: number;
  readonly freezeCount: number;
  readonly width: number;
  readonly height: number;
  readonly nackCount: number;
  readonly pliCount: number;
}

export interface AudioSample extends StreamSample {
  /** Grows while something is to be heard; see webrtc-stats, totalAudioEnergy. */
  readonly totalAudioEnergy: number;
  readonly concealedSamples: number;
  readonly totalSamples: number;
}

export interface Sample {
  /** When it was read, in milliseconds on the page's clock. */
  readonly at: number;
  readonly video: VideoSample | undefined;
  readonly audio: AudioSample | undefined;
  /** Grows with whatever arrives, media and reports (RTCP); what it counts beside differs from browser to browser. */
  readonly arrivedBytes: number;
  /** Round trip to the streamer, in milliseconds; undefined until measured. */
  readonly roundTripMs: number | undefined;
  /** Where media comes from and how: `host udp 192.0.2.7:40000`. */
  readonly path: string | undefined;
}

/** @param entries the values of an RTCStatsReport */
export function readSample(entries: Iterable<StatsEntry>, at: number): Sample {
  const byId = new Map<unknown, StatsEntry>();
  for (const entry of entries) byId.set(entry['id'], entry);
  const all = [...byId.values()];
  const pair = selectedPair(all, byId);
  return {
    at,
    video: videoSample(inbound(all, 'video'), byId),
    audio: audioSample(inbound(all, 'audio'), byId),
    arrivedBytes: arrivedBytes(pair, all),
    roundTripMs: roundTrip(pair, all),
    path: pathOf(pair, byId),
  };
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Where several exist, as after renegotiation, the one that received most is the living one. */
function inbound(all: readonly StatsEntry[], kind: string): StatsEntry | undefined {
  return all
    .filter((entry) => entry['type'] === 'inbound-rtp' && entry['kind'] === kind)
    .reduce<StatsEntry | undefined>((best, entry) => (best && number(best['packetsReceived']) >= number(entry['packetsReceived']) ? best : entry), undefined);
}

function streamSample(entry: StatsEntry, byId: ReadonlyMap<unknown, StatsEntry>): StreamSample {
  const codec = byId.get(entry['codecId']);
  return {
    packetsReceived: number(entry['packetsReceived']),
    packetsLost: Math.max(0, number(entry['packetsLost'])),
    bytesReceived: number(entry['bytesReceived']),
    jitterMs: number(entry['jitter']) * 1000,
    codec: string(codec?.['mimeType']).replace(/^\w+\//, ''),
    jitterBufferDelayMs: number(entry['jitterBufferDelay']) * 1000,
    jitterBufferEmitted: number(entry['jitterBufferEmittedCount']),
  };
}

function videoSample(entry: StatsEntry | undefined, byId: ReadonlyMap<unknown, StatsEntry>): VideoSample | undefined {
  return entry && {
    ...streamSample(entry, byId),
    framesDecoded: number(entry['framesDecoded']),
    framesDropped: number(entry['framesDropped']),
    keyFramesDecoded: number(entry['keyFramesDecoded']),
    freezeCount: number(entry['freezeCount']),
    width: number(entry['frameWidth']),
    height: number(entry['frameHeight']),
    nackCount: number(entry['nackCount']),
    pliCount: number(entry['pliCount']),
  };
}

function audioSample(entry: StatsEntry | undefined, byId: ReadonlyMap<unknown, StatsEntry>): AudioSample | undefined {
  return entry && {
    ...streamSample(entry, byId),
    totalAudioEnergy: number(entry['totalAudioEnergy']),
    concealedSamples: number(entry['concealedSamples']),
    totalSamples: number(entry['totalSamplesReceived']),
  };
}

/** The pair counts all but STUN; the streams count media where a browser tells of no pair. */
function arrivedBytes(pair: StatsEntry | undefined, all: readonly StatsEntry[]): number {
  const media = all.filter((entry) => entry['type'] === 'inbound-rtp').reduce((sum, entry) => sum + number(entry['bytesReceived']), 0);
  return media + number(pair?.['bytesReceived']);
}

function roundTrip(pair: StatsEntry | undefined, all: readonly StatsEntry[]): number | undefined {
  const measured = [pair?.['currentRoundTripTime'], ...all.filter((entry) => entry['type'] === 'remote-outbound-rtp').map((entry) => entry['roundTripTime'])];
  const seconds = measured.find((value) => typeof value === 'number' && value > 0);
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

function pathOf(pair: StatsEntry | undefined, byId: ReadonlyMap<unknown, StatsEntry>): string | undefined {
  const remote = byId.get(pair?.['remoteCandidateId']);
  if (!remote) return undefined;
  const address = string(remote['address']) || string(remote['ip']);
  const host = address.includes(':') ? `[${address}]` : address;
  return `${string(remote['candidateType'])} ${string(remote['protocol'])} ${host}:${number(remote['port'])}`.trim();
}
