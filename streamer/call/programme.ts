/** What viewers are shown, whether all of them the same moment or each a playback of his own. */
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { ViewerConnection } from './viewer-connection.ts';

/** One viewer's place. */
export interface Seat {
  statistics(): ViewerStatistics;
  /** Hears once when the first packet of what he is shown has gone out. */
  onFirstFrame(listener: () => void): void;
}

export interface Programme {
  /** Begins to show to a viewer whose connection is up. */
  add(connection: ViewerConnection): Seat;
  /** Ends it for a viewer who leaves; his connection is closed by others. */
  remove(seat: Seat): void;
}
