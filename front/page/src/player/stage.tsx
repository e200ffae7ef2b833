/** The stage: the picture, and over it the controls, notices, statistics and help. */
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Streamer } from '../connection/streamer.ts';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { StatisticsOverlay } from '../stats/overlay.tsx';
import { words } from '../strings/words.ts';
import type { Remote } from '../remote/remote.ts';
import type { SkipCommand } from './keyboard.ts';
import { Backdrop } from './backdrop.tsx';
import { Screens } from './screens.ts';
import { Controls, type StageActions } from './controls.tsx';
import { Help } from './help.tsx';
import { VOLUME_STEP } from './sound.ts';
import { Notice } from './notice.tsx';
import { togglePictureInPicture, toggleFullScreen } from './screen.ts';
import { SoundPrompt } from './sound-prompt.tsx';
import { useFullScreen, useIdle, useKeys, useReturn, useSound, useStill } from './stage-hooks.ts';
import { PlayIcon } from '../icons/icons.tsx';
import type { Watch } from './watch.ts';
import './stage.css';

function skips(remote: Remote): Record<SkipCommand, () => void> {
  return {
    back5: () => remote.skip(-5),
    on5: () => remote.skip(5),
    back10: () => remote.skip(-10),
    on10: () => remote.skip(10),
    start: () => remote.seek(0),
    end: () => remote.seek(Infinity),
  };
}

type Panel = 'statistics' | 'help' | undefined;

export function Stage({ watch, streamer, title }: { watch: Watch; streamer: Streamer | undefined; title: string }): JSX.Element {
  const { sound, announcer } = useApp();
  const stage = useRef<HTMLDivElement>(null);
  const screens = useMemo(() => new Screens(), []);
  const still = useRef<HTMLCanvasElement>(null);
  const [panel, setPanel] = useState<Panel>();
  const [halted, setHalted] = useState(false);
  const remote = watch.remote.value;
  const onDemand = remote?.mark.value;
  const paused = onDemand ? onDemand.paused : halted;
  const fullScreen = useFullScreen();
  const { phase } = watch.state.value;
  const idle = useIdle(stage, phase.kind === 'playing' && !paused && panel !== 'help');
  useSound(screens, sound, watch);
  useReturn(screens);
  useStill(screens, still, phase.kind);
  // Not after the next frame is painted, as other effects are: nobody waits for it.
  useLayoutEffect(() => {
    watch.showOn(screens);
  }, [watch]);
  useEffect(() => {
    if (phase.kind === 'playing') announcer.say(words.player.playing(title));
  }, [phase.kind]);

  const onHalted = ({ currentTarget }: Event): void => {
    if (currentTarget === screens.seen) setHalted(screens.seen?.paused === true);
  };
  // What takes over plays, whatever was halted before.
  useSignalEffect(() => {
    if (screens.current?.paused === false) setHalted(false);
  });
  const actions: StageActions = {
    'play-pause': () => {
      if (remote && onDemand) {
        remote.togglePause();
        // The browser may have stopped the picture by itself, as phones do.
        void screens.seen?.play().catch(() => undefined);
        return;
      }
      if (halted) void screens.seen?.play();
      else screens.seen?.pause();
      setHalted(!halted);
    },
    ...(remote && onDemand ? skips(remote) : {}),
    mute: () => sound.toggle(),
    louder: () => sound.setVolume(sound.volume.peek() + VOLUME_STEP),
    quieter: () => sound.setVolume(sound.volume.peek() - VOLUME_STEP),
    'full-screen': () => {
      if (stage.current && screens.seen) void toggleFullScreen(stage.current, screens.seen).catch(() => undefined);
    },
    'picture-in-picture': () => {
      if (screens.seen) void togglePictureInPicture(screens.seen).catch(() => undefined);
    },
    statistics: () => setPanel(panel === 'statistics' ? undefined : 'statistics'),
    help: () => setPanel(panel === 'help' ? undefined : 'help'),
    back: () => {
      if (panel) setPanel(undefined);
      else if (!document.fullscreenElement) location.hash = formatRoute({ screen: 'wall' });
    },
  };
  useKeys(actions);

  return (
    <div class="stage" ref={stage} data-phase={phase.kind} data-idle={idle}>
      {streamer && <Backdrop streamer={streamer} phase={phase.kind} />}
      <canvas class="stage-still" ref={still} aria-hidden="true" />
      {[screens.refs.first, screens.refs.second].map((ref, index) => (
        <video key={index} ref={ref} class="stage-video" playsInline aria-label={title} onClick={actions['play-pause']} onDblClick={actions['full-screen']} onPause={onHalted} onPlay={onHalted} />
      ))}
      <canvas class="stage-cover" ref={screens.refs.cover} hidden aria-hidden="true" />
      {paused && phase.kind === 'playing' && <button type="button" class="stage-paused" onClick={actions['play-pause']} aria-label={words.player.play}><PlayIcon /></button>}
      <Notice watch={watch} title={title} />
      <SoundPrompt />
      {panel === 'statistics' && <StatisticsOverlay watch={watch} onClose={actions.statistics} />}
      {panel === 'help' && <Help onClose={actions.help} />}
      <Controls actions={actions} paused={paused} fullScreen={fullScreen} panel={panel} title={title} playing={phase.kind === 'playing'} remote={remote} />
    </div>
  );
}
