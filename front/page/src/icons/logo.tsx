/** The mark of the product: two lifelines, and between them an arrow that plays. */
import type { JSX } from 'preact';
import favicon from './favicon.svg';

export function Logo(): JSX.Element {
  return <img class="logo" src={favicon} alt="" width="32" height="32" />;
}
