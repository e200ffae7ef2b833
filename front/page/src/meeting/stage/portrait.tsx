/** Stands for somebody without a picture: initials in colours of their own. */
import type { JSX } from 'preact';
import { artworkFor } from '../../wall/artwork.ts';

export function Portrait({ name }: { name: string }): JSX.Element {
  const { hues, angle, initials } = artworkFor(name);
  return (
    <div class="portrait" style={{ '--hue-1': String(hues[0]), '--hue-2': String(hues[1]), '--angle': `${angle}deg` }} aria-hidden="true">
      <span>{initials}</span>
    </div>
  );
}
