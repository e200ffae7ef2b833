/** Everybody who is there, as large as there is room, and what they show. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { words } from '../../strings/meeting.ts';
import type { Gathering } from '../gathering.ts';
import { arrange, heightsShown, type Arrangement } from './layout.ts';
import { seat } from './seating.ts';
import { useSize } from './stage-hooks.ts';
import { placed, ScreenTile, Tile } from './tile.tsx';
import './stage.css';

/** More pixels than this for each of CSS are not worth their bits. */
const MOST_PIXEL_RATIO = 2;

export function Stage({ gathering, children }: { gathering: Gathering; children?: (JSX.Element | false | null)[] }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const participants = gathering.participants.value;
  const speaking = gathering.speaking.value;
  const screens = participants.filter((each) => !each.self && each.screen && each.tracks.screen);
  const layout = useMemo(() => arrange({ width, height, people: participants.length, screens: screens.length }), [width, height, participants.length, screens.length]);
  const order = useRef<readonly string[]>([]);
  order.current = seat(order.current, participants, layout.people.length, speaking);
  const shown = order.current.slice(0, layout.people.length).flatMap((id, index) => {
    const person = participants.find((each) => each.id === id);
    const box = layout.people[index];
    return person && box ? [{ person, box, floating: layout.floating && index === layout.people.length - 1 }] : [];
  });
  useSizes(gathering, order.current, screens.map(({ id }) => id), layout);
  // In the order of the document whoever is there stays where they are, so that no picture is interrupted by moving.
  const inDocument = [...shown].sort((one, other) => (one.person.id < other.person.id ? -1 : 1));
  return (
    <div class="meeting-stage" ref={place}>
      <ul role="list" aria-label={words.stage.list}>
        {screens.map((person, index) => {
          const box = layout.screens[index];
          return box && <ScreenTile key={`screen ${person.id}`} person={person} box={box} />;
        })}
        {inDocument.map(({ person, box, floating }) => (
          <Tile key={person.id} person={person} box={box} floating={floating} speaking={person.id === speaking} interrupted={gathering.interrupted.value} />
        ))}
        {layout.rest && <li class="tile tile-rest" style={placed(layout.rest)}>{words.stage.more(layout.hidden)}</li>}
      </ul>
      {children}
    </div>
  );
}

/** Tells how large each is shown, so that nobody sends more than is seen. */
function useSizes(gathering: Gathering, order: readonly string[], screens: readonly string[], layout: Arrangement): void {
  const heights = heightsShown(order, screens, layout, Math.min(MOST_PIXEL_RATIO, devicePixelRatio));
  useEffect(() => gathering.showAt(heights), [gathering, [...heights].join()]);
}
