/** The screen of a call or a room while one is inside: a line on top, the stage, a panel beside it, the controls. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Directory } from '../../connection/directory.ts';
import { DoneIcon } from '../../icons/icons.tsx';
import { DevicesIcon, LinkIcon } from '../../icons/meeting-icons.tsx';
import { copyText } from '../../shell/clipboard.ts';
import { useApp } from '../../shell/context.ts';
import { words } from '../../strings/meeting.ts';
import { words as commonWords } from '../../strings/words.ts';
import { ThemeToggle } from '../../theme/toggle.tsx';
import { ChatPanel } from '../chat/chat-panel.tsx';
import { MediaHelp } from '../devices/media-help.tsx';
import { DevicePicker } from '../devices/picker.tsx';
import type { Gathering } from '../gathering.ts';
import { PeoplePanel } from '../invite/people-panel.tsx';
import { Bar, type Panel } from './bar.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { PanelFrame } from './panel-frame.tsx';
import { Stage } from './stage.tsx';
import { useElapsed, useMeetingKeys } from './stage-hooks.ts';
import { Voices } from './voices.tsx';
import './meeting.css';

/** @param status what is wrong with the connection at the moment, in a sentence; undefined where nothing is */
export function Meeting({ gathering, status: wrong }: { gathering: Gathering; status: JSX.Element | string | undefined }): JSX.Element {
  const { meetings, announcer, directory } = useApp();
  const status = wrong ?? absence(directory);
  const { media } = meetings;
  const [panel, setPanel] = useState<Panel>();
  const [asking, setAsking] = useState(false);
  const main = useRef<HTMLElement>(null);
  const people = gathering.participants.value;
  const { chat } = gathering;
  useEffect(() => main.current?.focus({ preventScroll: true }), [gathering]);
  useEffect(() => {
    chat.show(panel === 'chat');
    return () => chat.show(false);
  }, [chat, panel]);
  const toggle = (which: Exclude<Panel, undefined>) => (): void => setPanel(panel === which ? undefined : which);
  const actions = {
    microphone: () => {
      const on = !media.state.peek().audio;
      void media.setAudio(on).then(() => announcer.say(media.state.peek().audio ? words.controls.microphoneOn : words.controls.microphoneOff));
    },
    camera: () => {
      const on = !media.state.peek().video;
      void media.setVideo(on).then(() => announcer.say(media.state.peek().video ? words.controls.cameraOn : words.controls.cameraOff));
    },
    screen: () => (media.state.peek().screen ? media.stopScreen() : void media.shareScreen()),
    chat: toggle('chat'),
    people: toggle('people'),
    escape: () => (panel ? setPanel(undefined) : setAsking(true)),
    leave: () => gathering.leave(),
  };
  useMeetingKeys(asking ? {} : actions);
  return (
    <main class="meeting" id="content" tabIndex={-1} ref={main} data-kind={gathering.kind} data-panel={panel}>
      <div class="meeting-head">
        <h1><bdi>{gathering.title.value}</bdi></h1>
        <Facts gathering={gathering} />
        <span class="meeting-gap" />
        <CopyLink gathering={gathering} />
        <ThemeToggle />
        <button type="button" class="icon-button" data-command="devices" aria-pressed={panel === 'devices'} aria-label={words.controls.devices} title={words.controls.devices} onClick={toggle('devices')}><DevicesIcon /></button>
      </div>
      <div class="meeting-body">
        <Stage gathering={gathering}>
          <div class="meeting-status" role="status">{status !== undefined && <p class="meeting-pill"><span class="spinner" aria-hidden="true" />{status}</p>}</div>
          {media.state.value.screen && <OwnScreen onStop={() => media.stopScreen()} />}
          {people.length === 1 && status === undefined && <Alone gathering={gathering} />}
        </Stage>
        {panel === 'chat' && <ChatPanel gathering={gathering} onClose={toggle('chat')} />}
        {panel === 'people' && <PeoplePanel gathering={gathering} onClose={toggle('people')} />}
        {panel === 'devices' && (
          <PanelFrame title={words.controls.devicesShort} onClose={toggle('devices')}>
            <div class="panel-scroll"><DevicePicker media={media} /><MediaHelp media={media} /></div>
          </PanelFrame>
        )}
      </div>
      <Bar gathering={gathering} media={media} panel={panel} actions={actions} />
      <Voices people={people} media={media} />
      {asking && <LeaveDialog lead={gathering.kind === 'call' ? words.ask.leadCall : words.ask.lead} onStay={() => setAsking(false)} onLeave={actions.leave} />}
    </main>
  );
}

/** Pictures and sound go on without the service; texts, and whoever comes, wait for it. */
function absence({ offline, service }: Directory): string | undefined {
  if (offline.value) return commonWords.connection.offline;
  return service.value.state === 'away' ? commonWords.connection.away : undefined;
}

function Facts({ gathering }: { gathering: Gathering }): JSX.Element {
  const elapsed = useElapsed(gathering.since.value);
  const count = gathering.participants.value.length;
  return (
    <p class="meeting-facts">
      {gathering.kind === 'room' && <span>{words.stage.members(count)}</span>}
      {elapsed !== '' && <span role="timer" aria-live="off">{elapsed}</span>}
    </p>
  );
}

const COPIED_MS = 2_000;

function CopyLink({ gathering }: { gathering: Gathering }): JSX.Element | null {
  const link = gathering.link.value;
  const [copied, setCopied] = useState(false);
  if (link === undefined || !isSecureContext) return null;
  const onClick = (): void => {
    void copyText(link).then((done) => {
      setCopied(done);
      setTimeout(() => setCopied(false), COPIED_MS);
    });
  };
  return (
    <button type="button" class="meeting-link" onClick={onClick} title={link}>
      {copied ? <DoneIcon /> : <LinkIcon />}
      <span aria-live="polite">{copied ? words.stage.copied : words.stage.copyLink}</span>
    </button>
  );
}

function OwnScreen({ onStop }: { onStop: () => void }): JSX.Element {
  return (
    <div class="meeting-pill meeting-own-screen" role="status">
      {words.stage.ownScreen}
      <button type="button" class="text-button" onClick={onStop}>{words.controls.unshareShort}</button>
    </div>
  );
}

function Alone({ gathering }: { gathering: Gathering }): JSX.Element {
  return (
    <div class="meeting-alone">
      <p>{words.stage.alone}</p>
      <p>{gathering.link.value === undefined ? words.stage.aloneNoLink : words.stage.aloneLead}</p>
    </div>
  );
}
