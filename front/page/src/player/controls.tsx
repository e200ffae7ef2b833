/** The bar at the foot of the stage. */
import type { JSX } from 'preact';
import { AgainIcon, BackIcon, EnlargeIcon, KeyboardIcon, PauseIcon, PictureIcon, PlayIcon, ReduceIcon, SilentIcon, SoundIcon, StatisticsIcon } from '../icons/icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import { QualityMenu } from '../remote/quality-menu.tsx';
import type { Remote } from '../remote/remote.ts';
import { SeekBar } from '../remote/seek-bar.tsx';
import type { Command, SkipCommand } from './keyboard.ts';
import { hasPictureInPicture } from './screen.ts';
import './controls.css';

/** Ways through a film only where there is one. */
export type StageActions = Readonly<Record<Exclude<Command, SkipCommand>, () => void> & Partial<Record<SkipCommand, () => void>>>;

export interface ControlsProps {
  readonly actions: StageActions;
  readonly paused: boolean;
  readonly playing: boolean;
  readonly fullScreen: boolean;
  readonly panel: 'statistics' | 'help' | undefined;
  readonly title: string;
  readonly remote: Remote | undefined;
}

export function Controls({ actions, paused, playing, fullScreen, panel, title, remote }: ControlsProps): JSX.Element {
  const halted = paused && playing;
  const mark = remote?.mark.value;
  const over = halted && mark !== undefined && mark.seconds >= mark.duration;
  return (
    <>
      <div class="controls controls-top">
        <a class="control control-back" href={formatRoute({ screen: 'wall' })}><BackIcon /><span>{words.player.back}</span></a>
        <bdi class="controls-title">{title}</bdi>
      </div>
      <div class="controls controls-bottom">
        {remote && playing && <SeekBar remote={remote} />}
        <Control label={over ? words.player.again : halted ? words.player.play : words.player.pause} hotkey="Space" onClick={actions['play-pause']} disabled={!playing}>{over ? <AgainIcon /> : halted ? <PlayIcon /> : <PauseIcon />}</Control>
        <Volume onToggle={actions.mute} />
        {playing && !mark && <span class="badge-live">{words.wall.live}</span>}
        <span class="controls-gap" />
        {remote && playing && <QualityMenu remote={remote} />}
        <Control label={words.player.statistics} hotkey="I" pressed={panel === 'statistics'} onClick={actions.statistics}><StatisticsIcon /></Control>
        <span class="control-keyboard"><Control label={words.player.help} hotkey="?" pressed={panel === 'help'} onClick={actions.help}><KeyboardIcon /></Control></span>
        {hasPictureInPicture() && <Control label={words.player.pictureInPicture} hotkey="P" onClick={actions['picture-in-picture']} disabled={!playing}><PictureIcon /></Control>}
        <Control label={fullScreen ? words.player.exitFullScreen : words.player.fullScreen} hotkey="F" onClick={actions['full-screen']}>{fullScreen ? <ReduceIcon /> : <EnlargeIcon />}</Control>
      </div>
    </>
  );
}

interface ControlProps {
  readonly label: string;
  readonly hotkey: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly children: JSX.Element;
}

function Control({ label, hotkey, onClick, pressed, disabled = false, children }: ControlProps): JSX.Element {
  return (
    <button type="button" class="control" aria-label={label} aria-pressed={pressed} aria-keyshortcuts={hotkey} title={`${label} (${hotkey})`} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

function Volume({ onToggle }: { onToggle: () => void }): JSX.Element {
  const { sound } = useApp();
  const silent = sound.silent.value;
  const shown = silent ? 0 : sound.volume.value;
  return (
    <div class="volume">
      <Control label={silent ? words.player.unmute : words.player.mute} hotkey="M" onClick={onToggle}>{silent ? <SilentIcon /> : <SoundIcon />}</Control>
      <input
        type="range"
        min="0"
        max="100"
        step="5"
        value={Math.round(shown * 100)}
        aria-label={words.player.volume}
        style={{ '--filled': `${Math.round(shown * 100)}%` }}
        onInput={({ currentTarget }) => sound.setVolume(Number(currentTarget.value) / 100)}
      />
    </div>
  );
}
