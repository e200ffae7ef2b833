/** One streamer on the wall. The only one there is gets a larger card, with its description beside the picture. */
import type { JSX } from 'preact';
import type { Streamer } from '../connection/streamer.ts';
import { PlayIcon } from '../icons/icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { words } from '../strings/words.ts';
import { Picture } from './picture.tsx';
import { Viewers } from './viewers.tsx';
import './card.css';

export function Card({ streamer, large = false }: { streamer: Streamer; large?: boolean }): JSX.Element {
  const { name, title, description, viewers, onDemand } = streamer;
  return (
    <a class={large ? 'card card-large' : 'card'} href={formatRoute({ screen: 'watch', streamer: name })} data-streamer={name}>
      <div class="card-picture">
        <Picture streamer={streamer} eager={large} />
        <span class="card-play"><PlayIcon /></span>
        <div class="card-badges">
          {onDemand ? <span class="badge-demand">{words.wall.onDemand}</span> : <span class="badge-live">{words.wall.live}</span>}
          <Viewers count={viewers} />
        </div>
      </div>
      <div class="card-text">
        <h2><bdi>{title}</bdi></h2>
        {title !== name && <p class="card-name"><bdi>{name}</bdi></p>}
        {description && <p class="card-description"><bdi>{description}</bdi></p>}
        {large && <span class="button button-primary card-button"><PlayIcon />{words.wall.watch}</span>}
      </div>
    </a>
  );
}

/** Holds a card's place until the list is there. */
export function CardPlaceholder(): JSX.Element {
  return (
    <div class="placeholder" aria-hidden="true">
      <div class="card-picture" />
      <div class="card-text"><i /><i /></div>
    </div>
  );
}
