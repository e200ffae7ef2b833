/** Chooses the screen: signing in, the wall, a player, or one of the lobby's. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AccountPage } from '../accounts/account-page.tsx';
import { Admin } from '../admin/admin.tsx';
import type { App } from '../app.ts';
import { LiveScreen } from '../live/live-screen.tsx';
import { CallScreen } from '../meeting/call/call-screen.tsx';
import { RingCards } from '../meeting/call/ring-cards.tsx';
import { fillsWindow, RoomScreen } from '../meeting/room/room-screen.tsx';
import { People } from '../people/people-screen.tsx';
import { Player } from '../player/player.tsx';
import { Rooms } from '../rooms/rooms.tsx';
import type { Route } from '../routing/route.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { liveWords } from '../strings/live-words.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { Wall } from '../wall/wall.tsx';
import { AppContext } from './context.ts';
import { Header } from './header.tsx';
import { NoticeList } from './notices.tsx';
import './shell.css';

export function Root({ app }: { app: App }): JSX.Element {
  return (
    <AppContext.Provider value={app}>
      <Screens app={app} />
      <NoticeList />
      <p class="visually-hidden" role="status" aria-live="polite">{app.announcer.text}</p>
    </AppContext.Provider>
  );
}

function Screens({ app }: { app: App }): JSX.Element {
  const session = app.session.state.value;
  const route = app.route.value;
  useTitle(titleOf(app, route));
  useFocusOnScreen(route.screen);
  if (route.screen === 'sign-in') return <SignIn />;
  if (session.kind !== 'in') return route.screen === 'rooms' && session.kind === 'out' ? <Visit /> : <SignIn />;
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>{words.skip}</a>
      {fillsTheWindow(app) ? <MeetingScreen app={app} /> : (
        <>
          <Header name={session.name} />
          <Screen app={app} route={route} />
        </>
      )}
      <RingCards />
    </>
  );
}

/** A call, and a room one is inside of, are all there is to see. */
function fillsTheWindow(app: App): boolean {
  const room = app.meetings.room.value;
  return app.meetings.calls.active.value !== undefined || (room !== undefined && fillsWindow(room));
}

/** A call that goes on in a room gives way to it as soon as one is inside. */
function MeetingScreen({ app }: { app: App }): JSX.Element | null {
  const call = app.meetings.calls.active.value;
  const room = app.meetings.room.value;
  const isInside = room?.state.value.phase.kind === 'inside';
  if (call && !(call.state.value.phase.kind === 'moving' && isInside)) return <CallScreen key={call.other} call={call} />;
  return room ? <RoomScreen key={room.id} room={room} /> : null;
}

/** Who has not signed in may see which rooms there are. */
function Visit(): JSX.Element {
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>{words.skip}</a>
      <Header name={undefined} />
      <Rooms />
    </>
  );
}

function Screen({ app, route }: { app: App; route: Route }): JSX.Element {
  const watch = app.watch.value;
  const room = app.meetings.room.value;
  if (watch) return <Player key={watch.streamer} watch={watch} />;
  if (room) return <RoomScreen key={room.id} room={room} />;
  switch (route.screen) {
    case 'rooms':
      return <Rooms />;
    case 'people':
      return <People />;
    case 'live':
      return <LiveScreen />;
    case 'account':
      return <AccountPage />;
    case 'admin':
      return <Admin />;
    case 'wall':
    case 'watch':
    case 'room':
    case 'sign-in':
      return <Wall />;
  }
}

function titleOf(app: App, route: Route): string | undefined {
  const watch = app.watch.value;
  if (watch) return app.directory.find(watch.streamer)?.title ?? watch.streamer;
  const meeting = app.meetings.calls.active.value ?? app.meetings.room.value;
  if (meeting) return meeting.title.value || undefined;
  switch (route.screen) {
    case 'rooms':
    case 'people':
    case 'account':
    case 'admin':
      return lobbyWords.nav[route.screen];
    case 'live':
      return liveWords.title;
    default:
      return undefined;
  }
}

function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? words.product : `${title} · ${words.product}`;
  }, [title]);
}

/** Who goes to another screen with keyboard or screen reader goes on at its beginning. */
function useFocusOnScreen(screen: Route['screen']): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    scrollTo(0, 0);
    // The wall and the player find the right place by themselves.
    if (screen !== 'wall' && screen !== 'watch') document.getElementById('content')?.focus({ preventScroll: true });
  }, [screen]);
}

/** The address after `#` is the screen, so the skip link moves the focus itself. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
