/** One room of the list: what it is about, who is inside, and the way in. */
import type { ComponentChildren, JSX } from 'preact';
import type { Room } from '../connection/room.ts';
import { HiddenIcon, InvitationIcon, LockIcon } from '../icons/lobby-icons.tsx';
import { Avatars } from '../people/avatar.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import { roomLink } from './room-link.ts';
import { RoomMenu, type RoomAction } from './room-menu.tsx';
import './room-card.css';

const text = lobbyWords.rooms;
const MAX_FACES = 5;

export interface RoomCardProps {
  readonly room: Room;
  readonly isNew: boolean;
  readonly onAction: (action: RoomAction, room: Room) => void;
}

export function RoomCard({ room, isNew, onAction }: RoomCardProps): JSX.Element {
  const { id, title, description, owner, members, guestLimit, mine } = room;
  const full = guestLimit !== null && members.length >= guestLimit;
  return (
    <article class={isNew ? 'room-card room-card-new' : 'room-card'} data-room={id}>
      <div class="room-head">
        <h2><a class="room-title" href={roomLink(room)}><bdi>{title}</bdi></a></h2>
        {mine && <RoomMenu room={room} onAction={onAction} />}
      </div>
      <p class="room-owner">
        {mine ? text.mine : owner && owner.fullName !== '' && <bdi>{text.owner(owner.fullName)}</bdi>}
        {isNew && <span class="room-new">{text.isNew}</span>}
      </p>
      {description !== '' && <p class="room-description"><bdi>{description}</bdi></p>}
      <Locks room={room} />
      <div class="room-foot">
        <Inside members={members} limit={guestLimit} />
        <a class={full ? 'button room-join' : 'button button-primary room-join'} href={roomLink(room)} aria-label={text.joinNamed(title)}>{full ? text.full : text.join}</a>
      </div>
    </article>
  );
}

function Locks({ room: { visibility, admission, hasPassword } }: { room: Room }): JSX.Element | null {
  if (visibility === 'public' && admission === 'open' && !hasPassword) return null;
  return (
    <ul class="room-locks" role="list">
      {visibility === 'private' && <Lock hint={text.isPrivateHint}><HiddenIcon />{text.isPrivate}</Lock>}
      {admission === 'invite-only' && <Lock hint={text.byInvitationHint}><InvitationIcon />{text.byInvitation}</Lock>}
      {hasPassword && <Lock hint={text.passwordHint}><LockIcon />{text.password}</Lock>}
    </ul>
  );
}

function Lock({ hint, children }: { hint: string; children: ComponentChildren }): JSX.Element {
  return <li class="room-lock" title={hint}>{children}</li>;
}

function Inside({ members, limit }: { members: readonly string[]; limit: number | null }): JSX.Element {
  if (members.length === 0) return <p class="room-inside">{limit === null ? text.nobody : text.limit(limit)}</p>;
  return (
    <p class="room-inside room-inside-some" title={text.insideNames(members)}>
      <Avatars names={members} most={MAX_FACES} />
      <span>{text.inside(members.length, limit)}</span>
    </p>
  );
}

/** Holds a card's place until the list is there. */
export function RoomPlaceholder(): JSX.Element {
  return <div class="room-card room-placeholder" aria-hidden="true"><i /><i /><i /></div>;
}
