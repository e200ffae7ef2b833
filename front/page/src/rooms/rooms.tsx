/** The rooms' screen: which there are, who is inside, and the way into each. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Room } from '../connection/room.ts';
import type { RoomOrder } from '../connection/rooms.ts';
import { AlertIcon } from '../icons/icons.tsx';
import { PlusIcon, RoomsIcon } from '../icons/lobby-icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { Banner } from '../shell/banner.tsx';
import { useApp } from '../shell/context.ts';
import { Explanation } from '../shell/explanation.tsx';
import { SearchField } from '../shell/search-field.tsx';
import { failureText } from '../strings/failures.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { LinkDialog } from './link-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoomCard, RoomPlaceholder } from './room-card.tsx';
import { RoomFormDialog } from './room-form.tsx';
import type { RoomAction } from './room-menu.tsx';
import './rooms.css';

const text = lobbyWords.rooms;

/** Which dialog is open, and about which room. */
type Open = { readonly action: 'create' } | { readonly action: RoomAction; readonly room: Room };

export function Rooms(): JSX.Element {
  const app = useApp();
  const { rooms: list } = app.lobby;
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const route = app.route.value;
  const user = app.account.user.value;
  useEffect(() => {
    list.open();
    return () => list.close();
  }, [list]);
  const wantsCreate = route.screen === 'rooms' && route.create === true;
  useEffect(() => {
    if (!wantsCreate || !user) return;
    // Once: who closes the form, or reloads the page, is not asked again.
    history.replaceState(history.state, '', formatRoute({ screen: 'rooms' }));
    setOpen({ action: 'create' });
  }, [wantsCreate, user]);
  const close = (): void => setOpen(undefined);
  return (
    <main class="rooms" id="content" tabIndex={-1}>
      <Banner />
      <Head onCreate={() => setOpen({ action: 'create' })} />
      <List onAction={(action, room) => setOpen({ action, room })} onCreate={() => setOpen({ action: 'create' })} />
      {open?.action === 'create' && <RoomFormDialog onClose={close} />}
      {open?.action === 'edit' && <RoomFormDialog room={open.room} onClose={close} />}
      {open?.action === 'remove' && <RemoveDialog room={open.room} onClose={close} />}
      {open?.action === 'link' && <LinkDialog room={open.room} onClose={close} />}
    </main>
  );
}

function Head({ onCreate }: { onCreate: () => void }): JSX.Element {
  const { lobby } = useApp();
  const list = lobby.rooms;
  const count = list.rooms.value?.length;
  const searched = list.search.value !== '';
  // What stands below says it all then.
  if (count === 0 && !searched) return <h1 class="visually-hidden">{text.title}</h1>;
  return (
    <div class="rooms-head">
      <h1>{text.title}</h1>
      {count !== undefined && count > 0 && <p class="rooms-count">{searched ? text.found(count) : text.count(count)}</p>}
      <div class="rooms-create"><CreateButton onCreate={onCreate} /></div>
      {(searched || (count !== undefined && count > 0)) && (
        <div class="rooms-tools">
          <SearchField label={text.search} query={list.search.value} onQuery={(query) => list.searchFor(query)} />
          <Order />
        </div>
      )}
    </div>
  );
}

/** Rooms belong to accounts: who has none is led to one, and then back here with the form open. */
function CreateButton({ onCreate }: { onCreate: () => void }): JSX.Element | null {
  const { account, settings } = useApp();
  if (account.user.value) return <button type="button" class="button button-primary" data-create onClick={onCreate}><PlusIcon />{text.create}</button>;
  if (!settings.value.accounts) return null;
  const next = formatRoute({ screen: 'rooms', create: true });
  return <a class="button button-primary" data-create href={formatRoute({ screen: 'sign-in', next })}><PlusIcon />{text.create}</a>;
}

const ORDERS: readonly RoomOrder[] = ['active', 'newest'];

function Order(): JSX.Element {
  const list = useApp().lobby.rooms;
  return (
    <div class="segments" role="group" aria-label={text.order}>
      {ORDERS.map((order) => (
        <button key={order} type="button" data-order={order} aria-pressed={list.order.value === order} onClick={() => list.sortBy(order)}>{text.orders[order]}</button>
      ))}
    </div>
  );
}

function List({ onAction, onCreate }: { onAction: (action: RoomAction, room: Room) => void; onCreate: () => void }): JSX.Element {
  const list = useApp().lobby.rooms;
  const rooms = list.rooms.value;
  const problem = list.problem.value;
  if (!rooms) {
    if (!problem) return <Loading />;
    return <Explanation about={problem.id} picture={<AlertIcon />} title={text.away} lead={failureText(problem, '').advice} />;
  }
  if (rooms.length === 0) return list.search.value === '' ? <Empty onCreate={onCreate} /> : <NothingFound />;
  return (
    <>
      <ul class="room-cards" role="list">
        {rooms.map((room) => <li key={room.id}><RoomCard room={room} isNew={list.created.value.has(room.id)} onAction={onAction} /></li>)}
      </ul>
      {list.hasMore.value && <p class="rooms-more"><button type="button" class="button" onClick={() => list.more()}>{text.more}</button></p>}
    </>
  );
}

function Loading(): JSX.Element {
  return (
    <div class="room-cards" role="status" aria-label={text.loading}>
      {[1, 2, 3].map((key) => <RoomPlaceholder key={key} />)}
    </div>
  );
}

function Empty({ onCreate }: { onCreate: () => void }): JSX.Element {
  return (
    <Explanation about="no-rooms" picture={<RoomsIcon />} title={text.emptyTitle} lead={text.emptyLead}>
      <CreateButton onCreate={onCreate} />
    </Explanation>
  );
}

function NothingFound(): JSX.Element {
  const list = useApp().lobby.rooms;
  return (
    <div class="wall-nothing">
      <p>{text.nothingFound(list.search.value)}</p>
      <button type="button" class="button" onClick={() => list.searchFor('')}>{text.showAll}</button>
    </div>
  );
}
