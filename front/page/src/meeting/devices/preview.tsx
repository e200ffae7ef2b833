/** How one looks and sounds before going in, and the first choice of what to send. */
import type { JSX } from 'preact';
import { CameraIcon, CameraOffIcon, MicrophoneIcon, MutedIcon, ScreenIcon, ScreenOffIcon } from '../../icons/meeting-icons.tsx';
import { words } from '../../strings/meeting.ts';
import { Portrait } from '../stage/portrait.tsx';
import type { LocalMedia } from './local-media.ts';
import { Level } from './picker.tsx';
import { TrackVideo } from './track-video.tsx';
import './devices.css';

export interface PreviewProps {
  readonly media: LocalMedia;
  readonly name: string;
  /** Whether a screen takes the place of the camera, as what others see. */
  readonly prefersScreen?: boolean;
}

export function Preview({ media, name, prefersScreen = false }: PreviewProps): JSX.Element {
  const camera = media.camera.value;
  const screen = media.screen.value;
  const shown = prefersScreen ? (screen ?? camera) : (camera ?? screen);
  const { audio, video } = media.choice.value;
  const state = media.state.value;
  const starting = media.starting.value;
  return (
    <div class="preview">
      {shown ? <TrackVideo key={shown.id} track={shown} mirrored={shown === camera} whole={shown === screen} label={words.stage.youNamed(name)} /> : <Portrait name={name} />}
      {starting && <p class="preview-note"><span class="spinner" aria-hidden="true" />{words.devices.starting}</p>}
      {!shown && !starting && <p class="preview-note">{words.devices.cameraOff}</p>}
      <div class="preview-controls">
        <button type="button" class="round" data-off={!state.audio} aria-pressed={state.audio} aria-label={state.audio ? words.controls.mute : words.controls.unmute} title={state.audio ? words.controls.mute : words.controls.unmute} onClick={() => void media.setAudio(!(audio && state.audio))}>
          {state.audio ? <MicrophoneIcon /> : <MutedIcon />}
        </button>
        <button type="button" class="round" data-off={!state.video} aria-pressed={state.video} aria-label={state.video ? words.controls.hide : words.controls.show} title={state.video ? words.controls.hide : words.controls.show} onClick={() => void media.setVideo(!(video && state.video))}>
          {state.video ? <CameraIcon /> : <CameraOffIcon />}
        </button>
        {(state.screen || ((prefersScreen || !state.video) && media.canShareScreen)) && (
          <button type="button" class="round" aria-pressed={state.screen} aria-label={state.screen ? words.controls.unshare : words.controls.share} title={state.screen ? words.controls.unshare : words.controls.share} onClick={() => (state.screen ? media.stopScreen() : void media.shareScreen())}>
            {state.screen ? <ScreenOffIcon /> : <ScreenIcon />}
          </button>
        )}
      </div>
      <div class="preview-level"><Level media={media} /></div>
    </div>
  );
}
