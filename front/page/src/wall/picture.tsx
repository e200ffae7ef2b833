/** A streamer's picture; where there is none, or it does not load, colours and initials of its own. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Streamer } from '../connection/streamer.ts';
import { artworkFor, imageAddress } from './artwork.ts';
import './picture.css';

export function Picture({ streamer, eager = false }: { streamer: Pick<Streamer, 'name' | 'image'>; eager?: boolean }): JSX.Element {
  const address = imageAddress(streamer.image);
  const [failed, setFailed] = useState(false);
  useEffect(() => setFailed(false), [address]);
  if (address && !failed) {
    return <img class="picture" src={address} alt="" loading={eager ? 'eager' : 'lazy'} decoding="async" referrerpolicy="no-referrer" onError={() => setFailed(true)} />;
  }
  return <Drawn name={streamer.name} />;
}

function Drawn({ name }: { name: string }): JSX.Element {
  const { hues, angle, initials } = artworkFor(name);
  const style = { '--hue-1': String(hues[0]), '--hue-2': String(hues[1]), '--angle': `${angle}deg` };
  return (
    <div class="picture picture-drawn" style={style} aria-hidden="true">
      <span>{initials}</span>
    </div>
  );
}
