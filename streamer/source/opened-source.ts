/** What opening an input takes and gives, whichever way it is played. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { FilmPart } from './file/demuxer.ts';
import type { Terminal } from './progress.ts';
import type { RenditionsWanted } from './renditions.ts';
import type { Source } from './source.ts';

export interface OpenOptions {
  /** A file, a folder of films, `test`, `screen`, `camera`, or any input that ffmpeg opens. */
  readonly input: string;
  /** Where --ffmpeg says that it is. */
  readonly ffmpeg: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly warn: (message: string) => void;
  /** Hears what is of interest, but no fault. */
  readonly note?: (message: string) => void;
  /** Where encodings are kept, and how many bytes of them; nothing is kept unless given. Hears of each that is wanted whether it was there. */
  readonly cache?: { readonly folder: string; readonly maxBytes: number; readonly onObtained?: (found: boolean) => void };
  /** Where progress is shown; nowhere unless given. */
  readonly terminal?: Terminal;
  /** Of the picture; one as it is or as usual unless given. */
  readonly renditions?: RenditionsWanted | undefined;
  /** How long a live input goes on without viewers; Infinity for ever, from the start on. */
  readonly idleStopMs?: number;
}

/** A film whose tracks can be opened anew, by another thread or from the middle on. */
export interface FilmFiles {
  /** Where its tracks lie. */
  readonly parts: readonly FilmPart[];
  /** Resolves when all of them are there; rejects when an encoding cannot be made. */
  readonly complete: Promise<void>;
}

export interface OpenedSource {
  readonly source: Source;
  /** How it is played, for the log. */
  readonly how: string;
  /** Undefined where it is no film, or is encoded for this moment only. */
  readonly film?: FilmFiles;
}
