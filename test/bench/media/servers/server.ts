/** A media server under test: whoever takes viewers and sends them the clip. */
import type { Scraped } from '../../../support/metrics/scrape.ts';
import type { LoadViewer } from '../viewer/load-viewer.ts';

export interface MediaServer {
  readonly label: string;
  /** Whose CPU time and memory are measured. */
  readonly pid: number;
  /**
   * Lets a viewer in; resolves when the two have settled who is who and `viewer.connected` is under way.
   * @returns takes him out again
   */
  join(viewer: LoadViewer): Promise<() => Promise<void>>;
  /** What its own /metrics says now, of a server that has some. */
  scrape?(): Promise<Scraped>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Address of this machine that media goes through. */
  readonly host: string;
  /** A WebM file with VP8 and Opus. */
  readonly clip: string;
  /** The Node to run it by; the present one unless given. */
  readonly node?: string | undefined;
}
