/** What a call between two and a room have in common: the stage shows either. */
import type { ReadonlySignal } from '@preact/signals';
import type { Chat } from './chat/chat.ts';
import type { Participant } from './participant.ts';

export interface Gathering {
  readonly kind: 'call' | 'room';
  readonly title: ReadonlySignal<string>;
  /** Oneself last. */
  readonly participants: ReadonlySignal<readonly Participant[]>;
  /** Identifier of who speaks; undefined in silence. */
  readonly speaking: ReadonlySignal<string | undefined>;
  /** No media comes or goes at the moment; the connection is on its way back. */
  readonly interrupted: ReadonlySignal<boolean>;
  /** When it began, in milliseconds on the page's clock; undefined before. */
  readonly since: ReadonlySignal<number | undefined>;
  readonly chat: Chat;
  /** Address that others may be sent; undefined where there is none. */
  readonly link: ReadonlySignal<string | undefined>;
  /** @param heights in device pixels at which each member is shown, by identifier; 0 for not at all */
  showAt(heights: ReadonlyMap<string, number>): void;
  /** Asks somebody else in. */
  invite(name: string): void;
  leave(): void;
  /** Undefined while there is no connection. */
  stats(): Promise<RTCStatsReport> | undefined;
}
