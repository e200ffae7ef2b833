/** The mark of the product: two lifelines, and between them an arrow that plays. */
import type { JSX } from 'preact';

export function Logo(): JSX.Element {
  return <img class="logo" src="/favicon.svg" alt="" width="32" height="32" />;
}
