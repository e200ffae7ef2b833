/** What is measured of viewers' calls. */

/** Answered, answered to somebody who never acknowledged it, refused with a status, or given up by the viewer. */
export type CallResult = 'answered' | 'unacknowledged' | 'refused' | 'cancelled';

export interface CallMeter {
  called(result: CallResult): void;
  /** The first packet of picture, or of sound where there is none, has gone out. @param milliseconds since the INVITE came */
  firstFrame(milliseconds: number): void;
}

/** Measures nothing. */
export const NO_METER: CallMeter = { called: () => undefined, firstFrame: () => undefined };
