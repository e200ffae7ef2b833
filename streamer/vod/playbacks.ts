/** Shows one film to many viewers, to each from its beginning and as he says; they share what is read of it, and nobody waits for another. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Programme, Seat } from '../call/programme.ts';
import type { ViewerConnection } from '../call/viewer-connection.ts';
import { Controls } from '../controls/controls.ts';
import { Fanout, type FanoutOptions } from '../fanout/fanout.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { Viewer } from '../fanout/viewer.ts';
import type { FilmChunks } from './film-chunks.ts';
import { Playback } from './playback.ts';
import { SharedWay, TurnEnd } from './shared-way.ts';

export interface PlaybacksOptions extends Omit<FanoutOptions, 'source'> {
  readonly film: FilmChunks;
}

/** A second or two of a picture of 2 Mbit/s: who lost a packet asks for it within a round trip or two. */
const HISTORY_PACKETS = 512;
/** After so long a pause, nobody misses a packet from before it. */
const FORGET_AFTER_MS = 5_000;

export class Playbacks implements Programme {
  readonly #options: PlaybacksOptions;
  readonly #turnEnd = new TurnEnd();
  readonly #seats = new Set<PlaybackSeat>();

  constructor(options: PlaybacksOptions) {
    this.#options = options;
  }

  get viewers(): number {
    return this.#seats.size;
  }

  add(connection: ViewerConnection): Seat {
    const seat = new PlaybackSeat(connection, this.#options, this.#turnEnd);
    this.#seats.add(seat);
    return seat;
  }

  remove(seat: Seat): void {
    for (const each of this.#seats) {
      if (each !== seat) continue;
      each.close();
      this.#seats.delete(each);
    }
  }
}

class PlaybackSeat implements Seat {
  readonly #playback: Playback;
  readonly #fanout: Fanout;
  readonly #viewer: Viewer;
  readonly #controls: Controls | undefined;
  readonly #way: SharedWay;
  #cancelForget: Cancel | undefined;

  constructor(connection: ViewerConnection, { film, ...common }: PlaybacksOptions, turnEnd: TurnEnd) {
    const { clock } = common;
    const playback = new Playback({ film, clock, only: connection.tracks.flatMap(({ sources }) => sources) });
    this.#playback = playback;
    this.#fanout = new Fanout({ ...common, source: playback, historyPackets: HISTORY_PACKETS });
    this.#way = new SharedWay(connection, turnEnd);
    this.#viewer = this.#fanout.add(this.#way);
    const { quality } = this.#viewer;
    const renditions = (quality?.state.available.length ?? 0) > 1 ? quality : undefined;
    this.#controls = connection.channel && new Controls({ channel: connection.channel, clock, playback, renditions });
    playback.onChange(() => this.#forgetLater(clock));
    playback.onFailure((error) => connection.end(error.message));
    playback.start();
  }

  statistics(): ViewerStatistics {
    return this.#viewer.statistics();
  }

  onFirstFrame(listener: () => void): void {
    this.#viewer.onFirstFrame(listener);
  }

  /** Whoever has paused holds nothing of the film. */
  #forgetLater(clock: Clock): void {
    this.#cancelForget?.();
    this.#cancelForget = this.#playback.rests ? clock.setTimeout(() => this.#fanout.forget(), FORGET_AFTER_MS) : undefined;
  }

  close(): void {
    this.#cancelForget?.();
    this.#controls?.close();
    void this.#playback.stop();
    this.#way.hurry();
    this.#fanout.close();
  }
}
