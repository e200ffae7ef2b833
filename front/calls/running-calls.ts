/** The calls between people that go on in this front, as operators see them. */

export interface RunningCall {
  /** Names the call to whoever wants to end it; nobody can guess it. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** When it was accepted, ms since 1970. */
  readonly sinceMs: number;
}

export interface RunningCalls {
  list(): readonly RunningCall[];
  /** Hangs up on both sides, which are told that an operator did. @returns whether there was such a call */
  end(id: string): boolean;
}
