/** A person's picture: initials on colours of their own. Decorative, since the name stands beside it or is said for the group. */
import type { JSX } from 'preact';
import { artworkFor } from '../wall/artwork.ts';
import './avatar.css';

export function Avatar({ name, size = 'medium' }: { name: string; size?: 'small' | 'medium' | 'large' }): JSX.Element {
  const { hues, angle, initials } = artworkFor(name);
  const style = { '--hue-1': String(hues[0]), '--hue-2': String(hues[1]), '--angle': `${angle}deg` };
  return <span class={`initials initials-${size}`} style={style} aria-hidden="true">{initials}</span>;
}

/** Several people, overlapping; those beyond `most` are a number. */
export function Avatars({ names, most }: { names: readonly string[]; most: number }): JSX.Element {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  return (
    <span class="initials-row" aria-hidden="true">
      {shown.map((name) => <Avatar key={name} name={name} size="small" />)}
      {shown.length < names.length && <span class="initials initials-small initials-more">+{names.length - shown.length}</span>}
    </span>
  );
}
