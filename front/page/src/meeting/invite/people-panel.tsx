/** Who is here, and who could be asked in. */
import type { JSX } from 'preact';
import { CameraOffIcon, MutedIcon, ScreenIcon } from '../../icons/meeting-icons.tsx';
import { useApp } from '../../shell/context.ts';
import { words } from '../../strings/meeting.ts';
import type { Gathering } from '../gathering.ts';
import { PanelFrame } from '../stage/panel-frame.tsx';
import { Portrait } from '../stage/portrait.tsx';
import type { Participant } from '../participant.ts';
import './people-panel.css';

export function PeoplePanel({ gathering, onClose }: { gathering: Gathering; onClose: () => void }): JSX.Element {
  const { lobby } = useApp();
  const here = gathering.participants.value;
  const present = new Set(here.map(({ name }) => name));
  const others = (lobby.people.value ?? []).filter(({ name }) => !present.has(name));
  return (
    <PanelFrame title={words.people.title} onClose={onClose}>
      <div class="panel-scroll">
        <h3>{words.people.here} <span class="panel-count">{here.length}</span></h3>
        <ul role="list" class="panel-people">{here.map((person) => <Here key={person.id} person={person} />)}</ul>
        <h3>{words.people.ask}</h3>
        <p class="panel-lead">{others.length === 0 ? words.people.nobody : gathering.kind === 'call' ? words.people.addLead : words.people.askLead}</p>
        <ul role="list" class="panel-people">{others.map(({ name, busy }) => <Other key={name} name={name} busy={busy} gathering={gathering} />)}</ul>
      </div>
    </PanelFrame>
  );
}

function Here({ person }: { person: Participant }): JSX.Element {
  return (
    <li>
      <Portrait name={person.name} />
      <span class="panel-name"><bdi>{person.self ? words.stage.youNamed(person.name) : person.name}</bdi></span>
      {person.screen && <ScreenIcon />}
      {!person.video && <CameraOffIcon />}
      {!person.audio && <MutedIcon />}
    </li>
  );
}

function Other({ name, busy, gathering }: { name: string; busy: boolean; gathering: Gathering }): JSX.Element {
  const { calls } = useApp().meetings;
  const asked = calls.invitations.value.find((each) => each.name === name);
  return (
    <li data-person={name}>
      <Portrait name={name} />
      <span class="panel-name">
        <bdi>{name}</bdi>
        {(asked ?? busy) && <small>{asked ? (asked.elsewhere ? words.people.elsewhere : words.people.asked) : words.people.busy}</small>}
      </span>
      {asked
        ? <button type="button" class="button" onClick={() => calls.cancelInvitation(asked)}>{words.people.cancel}</button>
        : <button type="button" class="button" onClick={() => gathering.invite(name)}>{gathering.kind === 'call' ? words.people.add : words.people.invite}</button>}
    </li>
  );
}
