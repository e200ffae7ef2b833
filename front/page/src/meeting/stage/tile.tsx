/** One person on the stage: their picture or initials, their name, whether they are muted, and whether they speak. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EnlargeIcon } from '../../icons/icons.tsx';
import { MutedIcon } from '../../icons/meeting-icons.tsx';
import { words } from '../../strings/meeting.ts';
import { TrackVideo } from '../devices/track-video.tsx';
import type { Participant } from '../participant.ts';
import { Portrait } from './portrait.tsx';
import type { Box } from './layout.ts';

export interface TileProps {
  readonly person: Participant;
  readonly box: Box;
  readonly speaking: boolean;
  readonly floating: boolean;
  /** No media of anybody comes at the moment. */
  readonly interrupted: boolean;
}

/** Tiles lower than this have room for little. */
const SMALL_BELOW_PX = 150;
const LARGEST_PORTRAIT_PX = 148;
const PORTRAIT_PART = 0.48;

export function Tile({ person, box, speaking, floating, interrupted }: TileProps): JSX.Element {
  const { name, self, audio, video, tracks } = person;
  const [stalled, setStalled] = useState(false);
  const camera = video ? tracks.camera : undefined;
  const troubled = !self && (interrupted || (stalled && camera !== undefined));
  const label = [self ? words.stage.youNamed(name) : name, ...(audio ? [] : [words.stage.muted]), ...(speaking ? [words.stage.speaking] : [])].join(', ');
  return (
    <li class="tile" style={{ ...placed(box), '--portrait': `${portraitSize(box)}px` }} data-member={person.id} data-self={self} data-speaking={speaking && audio} data-floating={floating} data-small={Math.min(box.height, box.width) < SMALL_BELOW_PX} data-troubled={troubled} aria-label={label}>
      <Portrait name={name} />
      {camera && <TrackVideo key={camera.id} track={camera} mirrored={self} label={self ? words.stage.you : name} {...(self ? {} : { onStalled: setStalled })} />}
      {troubled && <span class="tile-trouble" title={words.stage.interrupted}><span class="spinner" aria-hidden="true" /></span>}
      <p class="tile-name">
        {!audio && <MutedIcon />}
        <bdi>{self ? words.stage.you : name}</bdi>
      </p>
    </li>
  );
}

/** @returns the diameter of the initials */
function portraitSize({ width, height }: Box): number {
  return Math.round(Math.min(LARGEST_PORTRAIT_PX, Math.min(width, height) * PORTRAIT_PART));
}

/** What somebody shows of their screen. */
export function ScreenTile({ person, box }: { person: Participant; box: Box }): JSX.Element | null {
  const { screen } = person.tracks;
  if (!screen) return null;
  const onEnlarge = ({ currentTarget }: { currentTarget: HTMLElement }): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void currentTarget.closest('li')?.requestFullscreen().catch(() => undefined);
  };
  return (
    <li class="tile tile-screen" style={placed(box)} data-screen={person.id} aria-label={words.stage.screenOf(person.name)} onDblClick={onEnlarge}>
      <span class="tile-waiting"><span class="spinner" aria-hidden="true" /></span>
      <TrackVideo key={screen.id} track={screen} whole label={words.stage.screenOf(person.name)} />
      <p class="tile-name"><bdi>{words.stage.screenOf(person.name)}</bdi></p>
      <button type="button" class="tile-enlarge" onClick={onEnlarge} aria-label={words.stage.enlarge} title={words.stage.enlarge}><EnlargeIcon /></button>
    </li>
  );
}

export function placed({ x, y, width, height }: Box): { left: string; top: string; width: string; height: string } {
  return { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
}
