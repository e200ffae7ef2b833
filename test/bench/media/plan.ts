/** What a run of the bench measures: which servers, how many viewers, how long. */
import { networkInterfaces } from 'node:os';
import { findCommand } from '../../support/tools/system-tools.ts';
import type { MediaServer } from './servers/server.ts';
import { startJanus } from './servers/janus.ts';
import { startSipcast } from './servers/sipcast.ts';
import { startWerift } from './servers/werift.ts';
import type { Node } from './nodes.ts';
import type { ProfileName } from './viewer/load-viewer.ts';

/** A server that can be started to play a clip. */
export interface Candidate {
  readonly label: string;
  /** With more viewers than these it cannot keep up on a core, so that its figure would say nothing. */
  readonly most: number;
  /** @param source what our own streamer plays in place of the clip */
  start(clip: string, source?: string): Promise<MediaServer>;
}

export interface Plan {
  /** Through which all media goes: one of this machine's own, which never leaves it. */
  readonly host: string;
  readonly profile: ProfileName;
  /** Whether viewers send transport-wide feedback where the server takes it, as browsers do. */
  readonly feedback: boolean;
  readonly viewers: readonly number[];
  readonly repetitions: number;
  readonly seconds: number;
  /** From the last viewer's coming until costs are measured: JavaScript is compiled while it runs, and that ends after a while. */
  readonly warmUpSeconds: number;
  /** Ours first, Janus last. */
  readonly candidates: readonly Candidate[];
}

/** Plain werift takes 37 µs a packet: 300 viewers are twice of what it can do. */
const MOST_FOR_WERIFT = 100;

/** Janus's ICE refuses the loopback interface. A machine's other addresses lead through the same one. */
export function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

export interface CandidateChoice {
  readonly host: string;
  readonly fanouts: readonly string[];
  readonly nodes: readonly Node[];
  readonly servers: readonly string[];
  readonly nodeOptions: readonly string[];
  readonly streamerArgs: readonly string[];
}

export function candidates({ host, fanouts, nodes, servers, nodeOptions, streamerArgs }: CandidateChoice): Candidate[] {
  const found: Candidate[] = [];
  const add = (label: string, most: number, start: Candidate['start']) => found.push({ label, most, start });
  for (const fanout of servers.includes('sipcast') ? fanouts : []) {
    for (const { label: nodeLabel, path } of nodes) {
      const label = `sipcast ${fanout}, ${nodeLabel}`;
      add(label, Infinity, (clip, source) => startSipcast({ host, clip, label, node: path, nodeOptions, args: ['--fanout', fanout, ...streamerArgs], ...(source === undefined ? {} : { source }) }));
    }
  }
  for (const { label: nodeLabel, path } of servers.includes('werift') ? nodes : []) {
    const label = `plain werift, ${nodeLabel}`;
    add(label, MOST_FOR_WERIFT, (clip) => startWerift({ host, clip, node: path, label }));
  }
  if (servers.includes('janus')) {
    if (findCommand(['janus']) === undefined) process.stderr.write('\n!! Janus is not installed (apt-get install janus): its rows, and all ratios, are MISSING\n\n');
    else if (host.startsWith('127.')) process.stderr.write('\n!! This machine has no address but loopback, which Janus refuses: its rows, and all ratios, are MISSING\n\n');
    else add('Janus', Infinity, (clip) => startJanus({ host, clip }));
  }
  return found;
}
