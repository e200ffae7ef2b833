/** What the page tells programs of its call or room (automation.ts). */
import type { MeetingProbe, MeetingState, ParticipantStats } from '../automation.ts';
import { selectedPair } from '../stats/selected-pair.ts';
import type { StatsEntry } from '../stats/selected-pair.ts';
import type { Gathering } from './gathering.ts';
import type { Meetings } from './meetings.ts';
import type { Participant } from './participant.ts';

export function meetingProbe(meetings: Meetings, people: () => readonly { readonly name: string }[]): MeetingProbe {
  const present = (): Gathering | undefined => meetings.calls.active.peek() ?? meetings.room.peek();
  return {
    state: () => stateOf(meetings),
    rings: () => meetings.calls.rings.peek().map(({ from }) => from),
    people: () => people().map(({ name }) => name),
    async stats() {
      const gathering = present();
      const report = await gathering?.stats();
      return gathering && report ? gathering.participants.peek().filter(({ self }) => !self).map((person) => statsOf(person, report)) : [];
    },
    async path() {
      const report = await present()?.stats();
      return report && pathIn(report);
    },
  };
}

function pathIn(report: RTCStatsReport): { local: string; remote: string } | undefined {
  const byId = new Map<unknown, StatsEntry>();
  report.forEach((entry: StatsEntry) => byId.set(entry['id'], entry));
  const pair = selectedPair([...byId.values()], byId);
  const kindOf = (id: unknown): string => {
    const kind = byId.get(id)?.['candidateType'];
    return typeof kind === 'string' ? kind : '';
  };
  return pair && { local: kindOf(pair['localCandidateId']), remote: kindOf(pair['remoteCandidateId']) };
}

function stateOf({ calls, room }: Meetings): MeetingState | undefined {
  const call = calls.active.peek();
  if (call) {
    const { phase } = call.state.peek();
    return { ...common(call), phase: phase.kind, reason: phase.kind === 'over' ? (phase.failure?.id ?? phase.reason) : undefined };
  }
  const present = room.peek();
  if (!present) return undefined;
  const { phase } = present.state.peek();
  const reason = phase.kind === 'outside' ? phase.refusal?.id : phase.kind === 'left' ? phase.reason : phase.kind === 'returning' ? phase.failure.id : undefined;
  return { ...common(present), phase: phase.kind, reason };
}

function common(gathering: Gathering): Omit<MeetingState, 'phase' | 'reason'> {
  const participants = gathering.participants.peek();
  const { chat } = gathering;
  return {
    kind: gathering.kind,
    interrupted: gathering.interrupted.peek(),
    participants: participants.map(({ name, self, audio, video, screen }) => ({ name, self, audio, video, screen })),
    speaking: participants.find(({ id }) => id === gathering.speaking.peek())?.name,
    unread: chat.unread.peek(),
    chatReady: chat.ready.peek(),
    texts: chat.lines.peek().map(({ from, text, own, private: isPrivate }) => ({ from, text, own, private: isPrivate })),
  };
}

function statsOf({ name, tracks }: Participant, report: RTCStatsReport): ParticipantStats {
  const inbound = new Map<unknown, Record<string, unknown>>();
  report.forEach((entry: Record<string, unknown>) => {
    if (entry['type'] === 'inbound-rtp') inbound.set(entry['trackIdentifier'], entry);
  });
  const count = (track: MediaStreamTrack | undefined, figure: string): number => {
    const value = track && inbound.get(track.id)?.[figure];
    return typeof value === 'number' ? value : 0;
  };
  const { audio, camera, screen } = tracks;
  return {
    name,
    framesDecoded: count(camera, 'framesDecoded'),
    screenFramesDecoded: count(screen, 'framesDecoded'),
    audioSamples: count(audio, 'totalSamplesReceived'),
    audioEnergy: count(audio, 'totalAudioEnergy'),
    width: count(camera, 'frameWidth'),
    height: count(camera, 'frameHeight'),
  };
}
