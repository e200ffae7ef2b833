/** One attempt to watch: a connection that counts what comes, and the request for its answer. */
import { failureOf } from '../../../front/page/src/connection/failure.ts';
import type { Failure } from '../../../front/page/src/connection/failure.ts';
import { LoadViewer } from '../../bench/media/viewer/load-viewer.ts';
import type { BenchCertificate } from '../../bench/media/viewer/peer-connection.ts';

const LOOPBACK = '127.0.0.1';

export type AttemptEvent = 'answered' | 'ice-connected' | 'dtls-connected' | 'first-media' | 'connection-failed';

export interface AttemptOptions {
  readonly certificate: BenchCertificate;
  readonly ask: (offer: string, signal: AbortSignal) => Promise<string>;
  readonly onEvent: (event: AttemptEvent) => void;
  readonly onFailed: (failure: Failure) => void;
  readonly onMedia: (kind: 'audio' | 'video') => void;
}

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #abort = new AbortController();
  #viewer: LoadViewer | undefined;
  #source: string | undefined;
  #lastArrival: number | undefined;
  #hasPicture = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** When anything came last, media or reports; when it was answered, before. */
  get lastArrival(): number | undefined {
    return this.#lastArrival;
  }

  /** The address that the answer names. */
  get source(): string | undefined {
    return this.#source;
  }

  /** Begins; what becomes of it is told, unless it is closed before. Never rejects. */
  async run(): Promise<void> {
    const { certificate, ask } = this.#options;
    try {
      const viewer = await LoadViewer.open({ host: LOOPBACK, profile: 'gcm', certificate, heard: (what) => this.#heard(what) });
      this.#viewer = viewer;
      if (this.#abort.signal.aborted) {
        viewer.close();
        return;
      }
      const answer = await ask(viewer.offer(), this.#abort.signal);
      if (this.#abort.signal.aborted) return;
      this.#source = /^a=candidate:\S+ 1 udp \d+ (\S+)/im.exec(answer)?.[1];
      this.#lastArrival = performance.now();
      this.#tell('answered');
      viewer.accept(answer);
      await viewer.connected;
      this.#tell('ice-connected');
      this.#tell('dtls-connected');
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#options.onFailed(failureOf(error));
    }
  }

  close(): void {
    this.#abort.abort();
    this.#viewer?.close();
  }

  #heard(what: 'audio' | 'video' | 'report'): void {
    if (this.#abort.signal.aborted) return;
    this.#lastArrival = performance.now();
    if (what === 'report') return;
    if (what === 'video' && !this.#hasPicture) {
      // Streamers begin with a keyframe.
      this.#hasPicture = true;
      this.#tell('first-media');
    }
    this.#options.onMedia(what);
  }

  #tell(event: AttemptEvent): void {
    if (!this.#abort.signal.aborted) this.#options.onEvent(event);
  }
}
