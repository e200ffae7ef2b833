/** What several fronts must know of each other, and the one place that they keep it in. With one front there is none of it. */
import type { ViewerAccount } from '../viewers/viewer.ts';

/** A front's names are kept for it so long after its last sign of life, ms: its viewers are to find them again elsewhere. */
export const NAMES_KEPT_MS = 30_000;

/** A front without a sign of life for so long is gone, ms. */
export const GONE_AFTER_MS = 2_000;

/** A front as the others know it. */
export interface FrontEntry {
  /** New whenever the front starts, and whenever it was away. */
  readonly id: string;
  /** Where others reach it: `http://10.0.0.2:8000`. */
  readonly address: string;
  /** Since its last sign of life, ms by the place's own clock. */
  readonly silentMs: number;
  /** It said goodbye, or another found that nobody listens at its address. */
  readonly gone: boolean;
}

/** What comes back for a sign of life. */
export interface Pulse {
  /** Whether the others still count on this front; false where it was declared gone, or one of its names was taken over. */
  readonly counted: boolean;
  readonly fronts: readonly FrontEntry[];
  /** The place's clock, ms since 1970. */
  readonly nowMs: number;
}

/** A name and whose it is. */
export interface NameEntry {
  readonly name: string;
  /** Known to whoever was given the name, and to fronts. */
  readonly secret: string;
  /** Undefined for a guest. */
  readonly account: ViewerAccount | undefined;
}

/** What became of the wish to take a name over: it is here now, it is at another front, or nobody has it by this secret. */
export type TakenOver = { readonly at: 'here'; readonly account: ViewerAccount | undefined } | { readonly at: 'front'; readonly front: string } | { readonly at: 'nowhere' };

/** Whatever cannot be done is rejected; nothing was changed then, or all of it. */
export interface SharedState {
  /** Enters this front. */
  announce(front: { readonly id: string; readonly address: string }): Promise<void>;
  /** A sign of life of this front; also forgets fronts, and their names, that have been silent for longer than NAMES_KEPT_MS. */
  pulse(id: string): Promise<Pulse>;
  /** This front, or another that nobody reaches, is gone: its names may be taken over at once. */
  gone(id: string): Promise<void>;
  /** Reserves a name for `front`. @returns whether it was free, or this very reservation of one of `formerIds` or of `front` */
  claim(entry: NameEntry, front: string, formerIds?: readonly string[]): Promise<boolean>;
  /** A name that somebody proves to have: for `front` from now on, where the front that had it is gone. Of two that ask at once, one gets it. */
  takeOver(name: string, secret: string, front: string): Promise<TakenOver>;
  /** The name is free again, where it is still this reservation, and this front's. */
  release(name: string, secret: string, front: string): Promise<void>;
}
