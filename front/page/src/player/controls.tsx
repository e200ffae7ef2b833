/** The bar at the foot of the stage. */
import type { JSX } from 'preact';
import { BackIcon, EnlargeIcon, KeyboardIcon, PauseIcon, PictureIcon, PlayIcon, ReduceIcon, SilentIcon, SoundIcon, StatisticsIcon } from '../icons/icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';
import type { Command } from './keyboard.ts';
import { hasPictureInPicture } from './screen.ts';
import './controls.css';

export type StageActions = Readonly<Record<Command, () => void>>;

export interface ControlsProps {
  readonly actions: StageActions;
  readonly paused: boolean;
  readonly playing: boolean;
  readonly fullScreen: boolean;
  readonly panel: 'statistics' | 'help' | undefined;
  readonly title: string;
}

export function Controls({ actions, paused, playing, fullScreen, panel, title }: ControlsProps): JSX.Element {
  const halted = paused && playing;
  return (
    <>
      <div class="controls controls-top">
        <a class="control control-back" href={formatRoute({ screen: 'wall' })}><BackIcon /><span>{words.player.back}</span></a>
        <bdi class="controls-title">{title}</bdi>
      </div>
      <div class="controls controls-bottom">
        <Control label={halted ? words.player.play : words.player.pause} hotkey="Space" onClick={actions['play-pause']} disabled={!playing}>{halted ? <PlayIcon /> : <PauseIcon />}</Control>
        <Volume onToggle={actions.mute} />
        {playing && <span class="badge-live">{words.wall.live}</span>}
        <span class="controls-gap" />
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
