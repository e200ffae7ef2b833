/** A whole screen's worth of words: why there is nothing to see, and what to do. */
import type { ComponentChildren, JSX } from 'preact';
import './explanation.css';

export interface ExplanationProps {
  readonly picture: JSX.Element;
  readonly title: string;
  readonly lead: string;
  /** Buttons and links, the most likely one first. */
  readonly children?: ComponentChildren;
  /** A stable name of what is explained, for programs. */
  readonly about: string;
}

export function Explanation({ picture, title, lead, children, about }: ExplanationProps): JSX.Element {
  return (
    <div class="explanation" data-explains={about}>
      <div class="explanation-picture" aria-hidden="true">{picture}</div>
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      {children && <div class="explanation-actions">{children}</div>}
    </div>
  );
}
