/**
 * For operators: what runs, every room, also the private ones, every call through this front, and the way to end each. Rooms and calls are
 * for operators' accounts; what runs is shown also to whoever is an operator by his place or the operators' password, as the numbers are.
 */
import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { Room } from '../connection/room.ts';
import type { CallEntry } from '../connection/rooms.ts';
import { FormProblem } from '../forms/problem.tsx';
import { HiddenIcon, InvitationIcon, LockIcon, ShieldIcon } from '../icons/lobby-icons.tsx';
import { operator } from '../numbers/operator.ts';
import { RemoveDialog } from '../rooms/remove-dialog.tsx';
import { roomLink } from '../rooms/room-link.ts';
import { formatRoute } from '../routing/route.ts';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { Explanation } from '../shell/explanation.tsx';
import { failureLine } from '../strings/failures.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { failureOf } from '../connection/failure.ts';
import { dateText } from './date-text.ts';
import { Running } from './running.tsx';
import { Table } from './table.tsx';
import { useOverview } from './use-overview.ts';
import type { AskAs } from './use-running.ts';
import './admin.css';

const text = lobbyWords.admin;

export function Admin(): JSX.Element {
  const app = useApp();
  const user = app.account.user.value;
  const isByPlace = operator().value;
  return (
    <main class="admin" id="content" tabIndex={-1}>
      <Banner />
      {user?.operator === true ? <Overview /> : isByPlace ? <RunningAlone /> : <NotYours />}
    </main>
  );
}

function NotYours(): JSX.Element {
  const { account } = useApp();
  const next = formatRoute({ screen: 'admin' });
  return (
    <Explanation about="not-operator" picture={<ShieldIcon />} title={text.notYours} lead={text.notYoursLead}>
      {!account.remembered && <a class="button button-primary" href={formatRoute({ screen: 'sign-in', next })}>{lobbyWords.nav.signIn}</a>}
      <a class="button" href={formatRoute({ screen: 'rooms' })}>{lobbyWords.explain.back}</a>
    </Explanation>
  );
}

const withoutToken: AskAs = (action) => action(undefined);

function RunningAlone(): JSX.Element {
  return (
    <>
      <div class="rooms-head"><h1>{text.title}</h1></div>
      <Running askAs={withoutToken} />
    </>
  );
}

function Overview(): JSX.Element {
  const { account } = useApp();
  const asAccount = useCallback<AskAs>((action) => account.use(action), [account]);
  const { rooms, calls, failure, again } = useOverview();
  const [removing, setRemoving] = useState<Room | undefined>(undefined);
  return (
    <>
      <div class="rooms-head"><h1>{text.title}</h1></div>
      <Running askAs={asAccount} />
      <FormProblem failure={failure} />
      <Table part="rooms" title={text.rooms} count={rooms?.length} empty={text.noRooms} columns={[{ label: text.columns.title }, { label: text.columns.owner, minor: true }, { label: text.columns.created, minor: true }, { label: text.columns.inside }]}>
        {rooms?.map((room) => <RoomRow key={room.id} room={room} onClose={() => setRemoving(room)} />)}
      </Table>
      <Table part="calls" title={text.calls} count={calls?.length} empty={text.noCalls} columns={[{ label: text.columns.from }, { label: text.columns.to }, { label: text.columns.since, minor: true }]}>
        {calls?.map((call) => <CallRow key={call.id} call={call} onEnded={again} />)}
      </Table>
      {removing && <RemoveDialog room={removing} onClose={() => setRemoving(undefined)} onRemoved={again} />}
    </>
  );
}

function RoomRow({ room, onClose }: { room: Room; onClose: () => void }): JSX.Element {
  const { title, owner, created, members, guestLimit, visibility, admission, hasPassword } = room;
  const marks = lobbyWords.rooms;
  return (
    <tr data-room={room.id}>
      <th scope="row">
        <a class="admin-title" href={roomLink(room)}><bdi>{title}</bdi></a>
        {visibility === 'private' && <span class="admin-mark" role="img" aria-label={marks.isPrivate} title={marks.isPrivate}><HiddenIcon /></span>}
        {admission === 'invite-only' && <span class="admin-mark" role="img" aria-label={marks.byInvitation} title={marks.byInvitation}><InvitationIcon /></span>}
        {hasPassword && <span class="admin-mark" role="img" aria-label={marks.password} title={marks.password}><LockIcon /></span>}
      </th>
      <td class="admin-minor"><bdi>{owner?.fullName ?? ''}</bdi></td>
      <td class="admin-minor">{dateText(created)}</td>
      <td title={members.length > 0 ? marks.insideNames(members) : undefined}>{guestLimit === null ? members.length : `${members.length} / ${guestLimit}`}</td>
      <td class="admin-actions"><button type="button" class="button" aria-label={text.closeNamed(title)} onClick={onClose}>{text.close}</button></td>
    </tr>
  );
}

function CallRow({ call: { id, from, to, since }, onEnded }: { call: CallEntry; onEnded: () => void }): JSX.Element {
  const { account, lobby, notices } = useApp();
  const end = async (): Promise<void> => {
    try {
      await account.use((bearer) => lobby.roomsApi.endCall(id, bearer));
      notices.show({ text: text.ended, tone: 'good' });
    } catch (error) {
      notices.show({ text: failureLine(failureOf(error)), tone: 'bad' });
    }
    onEnded();
  };
  return (
    <tr data-call={id}>
      <th scope="row"><bdi>{from}</bdi></th>
      <td><bdi>{to}</bdi></td>
      <td class="admin-minor">{dateText(since)}</td>
      <td class="admin-actions"><button type="button" class="button" aria-label={text.endCallNamed(from, to)} onClick={() => void end()}>{text.endCall}</button></td>
    </tr>
  );
}
