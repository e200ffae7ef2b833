/** Shows the same moment to all viewers; those who have a choice of renditions get a remote control for it. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { Controls } from '../controls/controls.ts';
import type { Fanout } from '../fanout/fanout.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { Viewer } from '../fanout/viewer.ts';
import type { Programme, Seat } from './programme.ts';
import type { ViewerConnection } from './viewer-connection.ts';

export class Broadcast implements Programme {
  readonly #fanout: Fanout;
  readonly #clock: Clock;
  readonly #seats = new Set<BroadcastSeat>();

  constructor(fanout: Fanout, clock: Clock) {
    this.#fanout = fanout;
    this.#clock = clock;
  }

  add(connection: ViewerConnection): Seat {
    const viewer = this.#fanout.add(connection);
    const { channel } = connection;
    const renditions = (viewer.quality?.state.available.length ?? 0) > 1 ? viewer.quality : undefined;
    const seat = new BroadcastSeat(viewer, channel && renditions && new Controls({ channel, clock: this.#clock, renditions }));
    this.#seats.add(seat);
    return seat;
  }

  remove(seat: Seat): void {
    for (const each of this.#seats) {
      if (each !== seat) continue;
      this.#seats.delete(each);
      each.controls?.close();
      this.#fanout.remove(each.viewer);
    }
  }
}

class BroadcastSeat implements Seat {
  readonly viewer: Viewer;
  readonly controls: Controls | undefined;

  constructor(viewer: Viewer, controls: Controls | undefined) {
    this.viewer = viewer;
    this.controls = controls;
  }

  statistics(): ViewerStatistics {
    return this.viewer.statistics();
  }

  onFirstFrame(listener: () => void): void {
    this.viewer.onFirstFrame(listener);
  }
}
