/** The way between the screens: in the header of a large screen, at the foot of a small one. */
import type { JSX } from 'preact';
import { AccountIcon, GroupIcon, RoomsIcon, WatchIcon } from '../icons/lobby-icons.tsx';
import { formatRoute, type Route, type ScreenName } from '../routing/route.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { useApp } from './context.ts';
import './navigation.css';

interface Place {
  readonly screen: 'wall' | 'rooms' | 'people' | 'account';
  readonly icon: () => JSX.Element;
  /** The screens that belong to it. */
  readonly holds: readonly ScreenName[];
}

const PLACES: readonly Place[] = [
  { screen: 'wall', icon: WatchIcon, holds: ['wall', 'watch', 'live'] },
  { screen: 'rooms', icon: RoomsIcon, holds: ['rooms', 'room'] },
  { screen: 'people', icon: GroupIcon, holds: ['people'] },
  { screen: 'account', icon: AccountIcon, holds: ['account', 'admin'] },
];

export function Navigation(): JSX.Element {
  const { screen: present } = useApp().route.value;
  return (
    <nav class="nav" aria-label={lobbyWords.nav.label}>
      <ul role="list">
        {PLACES.map(({ screen, icon: PlaceIcon, holds }) => (
          <li key={screen}>
            <a class="nav-link" href={formatRoute({ screen } satisfies Route)} aria-current={holds.includes(present) ? 'page' : undefined}>
              <PlaceIcon />
              <span>{lobbyWords.nav[screen]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
