/** What the page knows of the services at this moment: who streams, whether front and signaling are there. */
import { signal } from '@preact/signals';
import type { FeedState } from './feed.ts';
import type { Streamer } from './streamer.ts';

export interface Service {
  readonly state: FeedState;
  /** When the next attempt comes, in milliseconds on the page's clock; 0 when none is planned. */
  readonly retryAt: number;
}

export class Directory {
  /** Undefined until the list was heard for the first time. */
  readonly streamers = signal<readonly Streamer[] | undefined>(undefined);
  readonly signaling = signal<'up' | 'down'>('up');
  readonly service = signal<Service>({ state: 'connecting', retryAt: 0 });
  readonly offline = signal(false);

  find(name: string): Streamer | undefined {
    return this.streamers.value?.find((streamer) => streamer.name === name);
  }

  forget(): void {
    this.streamers.value = undefined;
    this.signaling.value = 'up';
    this.service.value = { state: 'connecting', retryAt: 0 };
  }
}

export interface ListChange {
  readonly joined: readonly Streamer[];
  readonly left: readonly Streamer[];
}

/** @param before undefined for the first list, which announces nobody */
export function listChange(before: readonly Streamer[] | undefined, after: readonly Streamer[]): ListChange {
  if (!before) return { joined: [], left: [] };
  const names = (list: readonly Streamer[]): Set<string> => new Set(list.map(({ name }) => name));
  const [had, has] = [names(before), names(after)];
  return { joined: after.filter(({ name }) => !had.has(name)), left: before.filter(({ name }) => !has.has(name)) };
}
