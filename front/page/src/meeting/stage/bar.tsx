/** The controls of a call or a room. */
import type { JSX } from 'preact';
import { AddPersonIcon, CameraIcon, CameraOffIcon, ChatIcon, HangUpIcon, MicrophoneIcon, MutedIcon, ScreenIcon, ScreenOffIcon } from '../../icons/meeting-icons.tsx';
import { words } from '../../strings/meeting.ts';
import type { LocalMedia } from '../devices/local-media.ts';
import type { Gathering } from '../gathering.ts';
import type { MeetingCommand } from './keyboard.ts';
import './bar.css';

export type Panel = 'chat' | 'people' | 'devices' | undefined;

export interface BarProps {
  readonly gathering: Gathering;
  readonly media: LocalMedia;
  readonly panel: Panel;
  readonly actions: Readonly<Record<MeetingCommand | 'leave', () => void>>;
}

export function Bar({ gathering, media, panel, actions }: BarProps): JSX.Element {
  const { audio, video, screen } = media.state.value;
  const { controls } = words;
  const unread = gathering.chat.unread.value;
  const problems = media.problems.value;
  return (
    <div class="bar" role="toolbar" aria-label={controls.region}>
      <Round label={audio ? controls.mute : controls.unmute} hotkey="M" command="microphone" off={!audio} warned={problems.microphone !== undefined} onClick={actions.microphone}>{audio ? <MicrophoneIcon /> : <MutedIcon />}</Round>
      <Round label={video ? controls.hide : controls.show} hotkey="V" command="camera" off={!video} warned={problems.camera !== undefined} onClick={actions.camera}>{video ? <CameraIcon /> : <CameraOffIcon />}</Round>
      {media.canShareScreen && <Round label={screen ? controls.unshare : controls.share} hotkey="S" command="screen" active={screen} onClick={actions.screen}>{screen ? <ScreenOffIcon /> : <ScreenIcon />}</Round>}
      <span class="bar-gap" />
      <Round label={controls.people} hotkey="P" command="people" active={panel === 'people'} onClick={actions.people}><AddPersonIcon /></Round>
      <Round label={unread > 0 ? `${controls.chat}, ${controls.unread(unread)}` : controls.chat} hotkey="C" command="chat" active={panel === 'chat'} onClick={actions.chat}>
        <ChatIcon />
        {unread > 0 && <span class="unread" aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}
      </Round>
      <span class="bar-gap" />
      <button type="button" class="round round-leave" data-command="leave" aria-label={gathering.kind === 'call' ? controls.hangUp : controls.leave} title={gathering.kind === 'call' ? controls.hangUp : controls.leave} onClick={actions.leave}><HangUpIcon /></button>
    </div>
  );
}

interface RoundProps {
  readonly label: string;
  readonly hotkey: string;
  readonly command: MeetingCommand;
  /** A device that sends nothing. */
  readonly off?: boolean;
  readonly active?: boolean;
  readonly warned?: boolean;
  readonly onClick: () => void;
  readonly children: JSX.Element | (JSX.Element | false)[];
}

function Round({ label, hotkey, command, off, active, warned = false, onClick, children }: RoundProps): JSX.Element {
  return (
    <button type="button" class="round" data-command={command} data-off={off} data-warned={warned} aria-pressed={active ?? (off === undefined ? undefined : !off)} aria-label={label} aria-keyshortcuts={hotkey} title={`${label} (${hotkey})`} onClick={onClick}>
      {children}
    </button>
  );
}
