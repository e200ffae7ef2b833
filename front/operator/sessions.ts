/** Who watches or publishes what by way of this front, as operators see it, whatever way he came: the page, or a program of another's. */

export interface WatchSession {
  /** Names the session to whoever wants to end it: its Call-ID. */
  readonly id: string;
  /** Name of the viewer, or of whoever publishes, or what stands for one who has none. */
  readonly viewer: string;
  /** What is watched, or published. */
  readonly streamer: string;
  /** How he came; by WHIP one publishes. */
  readonly via: 'page' | 'whep' | 'whip';
  /** When it was answered, ms since 1970. */
  readonly sinceMs: number;
}

export interface WatchSessions {
  list(): readonly WatchSession[];
  /** Ends a session, of which its viewer's page is told, where he came by one. @returns whether there was such a one */
  end(id: string): boolean;
}

/** Several ways as one. */
export function allSessions(...ways: readonly WatchSessions[]): WatchSessions {
  return {
    list: () => ways.flatMap((way) => way.list()),
    end: (id) => ways.some((way) => way.end(id)),
  };
}
