/** Fills `window.sipcast` (automation.ts) from the running page. */
import type { App } from './app.ts';
import type { LiveProbe, PlayerState, PlayerStats, SipcastPage } from './automation.ts';
import type { LivePhase } from './live/live.ts';
import { meetingProbe } from './meeting/meeting-probe.ts';
import type { Watch } from './player/watch.ts';

export function probe(app: App): SipcastPage {
  return {
    version: 1,
    session() {
      const { kind, name } = app.session.state.peek();
      return { state: kind, name };
    },
    streamers: () => app.directory.streamers.peek(),
    service: () => ({ front: app.directory.service.peek().state, signaling: app.directory.signaling.peek() }),
    player: {
      state() {
        const watch = app.watch.peek();
        return watch && playerState(watch, app);
      },
      async stats() {
        const watch = app.watch.peek();
        return watch && playerStats(watch);
      },
    },
    meeting: meetingProbe(app.meetings, () => app.lobby.people.peek() ?? []),
    live: { state: () => liveState(app.live.phase.peek()), figures: () => app.live.figures.peek() },
  };
}

function liveState(phase: LivePhase): ReturnType<LiveProbe['state']> {
  if (phase.kind === 'off') return { phase: 'off', name: undefined, failure: phase.failure?.id };
  if (phase.kind === 'starting') return { phase: 'starting', name: undefined, failure: undefined };
  const reached = phase.interrupted ? 'interrupted' : 'live';
  return { phase: phase.since === undefined ? 'connecting' : reached, name: phase.name, failure: undefined };
}

function playerState(watch: Watch, app: App): PlayerState {
  const { phase } = watch.state.peek();
  return {
    streamer: watch.streamer,
    phase: phase.kind,
    stage: phase.kind === 'connecting' ? phase.stage : undefined,
    failure: phase.kind === 'waiting' ? phase.failure.id : undefined,
    offers: watch.offers,
    muted: app.sound.silent.peek(),
    soundBlocked: app.sound.blocked.peek(),
    position: watch.remote.peek()?.position(),
    rendition: watch.remote.peek()?.rendition.peek(),
  };
}

async function playerStats(watch: Watch): Promise<PlayerStats | undefined> {
  const sample = await watch.sample();
  if (!sample) return undefined;
  const { video, audio } = sample;
  return {
    framesDecoded: video?.framesDecoded ?? 0,
    keyFramesDecoded: video?.keyFramesDecoded ?? 0,
    framesDropped: video?.framesDropped ?? 0,
    freezeCount: video?.freezeCount ?? 0,
    width: video?.width ?? 0,
    height: video?.height ?? 0,
    videoPackets: video?.packetsReceived ?? 0,
    videoBytes: video?.bytesReceived ?? 0,
    audioPackets: audio?.packetsReceived ?? 0,
    audioBytes: audio?.bytesReceived ?? 0,
    packetsLost: (video?.packetsLost ?? 0) + (audio?.packetsLost ?? 0),
    nackCount: video?.nackCount ?? 0,
    pliCount: video?.pliCount ?? 0,
    totalAudioEnergy: audio?.totalAudioEnergy ?? 0,
    audioSamples: audio?.totalSamples ?? 0,
    videoCodec: video?.codec ?? '',
    audioCodec: audio?.codec ?? '',
    roundTripMs: sample.roundTripMs,
    jitterMs: video?.jitterMs ?? audio?.jitterMs,
    ttff: watch.timeToFirstFrame.peek() ?? { answerMs: undefined, iceMs: undefined, dtlsMs: undefined, firstFrameMs: undefined },
  };
}
