/** What a browser tells of the ways it tried (W3C webrtc-stats: candidates and pairs), reduced to what tells why none works. */
import { readCandidate, type Candidate } from '../../../../shared/diagnosis/candidate.ts';
import type { StatsEntry } from '../stats/selected-pair.ts';

export interface PathFacts {
  /** What the streamer's answer lists. */
  readonly answered: readonly Candidate[];
  /** Of this browser's own, `host`, `srflx` or `relay` each. */
  readonly ownTypes: readonly string[];
  /** Checks of the streamer's that arrived here; 0 also where the browser does not count them. */
  readonly checksReceived: number;
  /** Checks from here that were answered. */
  readonly checksAnswered: number;
}

/** @param sdp of the answer @param entries the values of an RTCStatsReport */
export function pathFacts(sdp: string, entries: Iterable<StatsEntry>): PathFacts {
  const all = [...entries];
  const pairs = all.filter((entry) => entry['type'] === 'candidate-pair');
  const sum = (name: string): number => pairs.reduce((total, pair) => total + count(pair[name]), 0);
  const lines = [...new Set([...sdp.matchAll(/^a=candidate:(.*)$/gm)].map(([, line = '']) => line))];
  return {
    answered: lines.flatMap((line) => readCandidate(line) ?? []),
    ownTypes: all.filter((entry) => entry['type'] === 'local-candidate').flatMap(({ candidateType }) => (typeof candidateType === 'string' ? [candidateType] : [])),
    checksReceived: sum('requestsReceived'),
    checksAnswered: sum('responsesReceived'),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
