/** One ffmpeg process that encodes an input into its standard output, from which frames are read as they come. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { EncodedFrame } from '../source.ts';
import { MatroskaStream } from './matroska-stream.ts';

/** As much of what ffmpeg says on its standard error is kept, to tell why it ended. */
const MAX_MESSAGE_BYTES = 4_096;

export interface EncoderOptions {
  readonly ffmpeg: string;
  readonly arguments: readonly string[];
  /** Track 1 is the first output stream. */
  readonly onFrame: (frame: EncodedFrame) => void;
  /** Hears once when the process is gone, whyever; `reason` is one line. Not called after {@link Encoder.stop}. */
  readonly onEnd: (reason: string) => void;
}

export class Encoder {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #gone: Promise<void>;
  #stopped = false;
  #said = '';

  constructor(options: EncoderOptions) {
    const { ffmpeg, onFrame, onEnd } = options;
    const stream = new MatroskaStream(() => undefined, onFrame);
    this.#child = spawn(ffmpeg, options.arguments, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-MAX_MESSAGE_BYTES)));
    this.#child.stdout.on('data', (bytes: Buffer) => {
      if (this.#stopped) return;
      try {
        stream.push(bytes);
      } catch (cause) {
        this.#said = `it wrote what cannot be read: ${String(cause)}`;
        this.#child.kill('SIGKILL');
      }
    });
    this.#gone = new Promise((resolve) => {
      const end = (reason: string) => {
        resolve();
        if (this.#stopped) return;
        this.#stopped = true;
        onEnd(reason);
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('close', (status, signal) => end(this.#lastWords() ?? (signal ? `it was ended by ${signal}` : `it ended with status ${String(status)}`)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets the pipe fill up, so that ffmpeg waits. */
  pause(): void {
    this.#child.stdout.pause();
  }

  resume(): void {
    this.#child.stdout.resume();
  }

  /** Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** The last line that ffmpeg said, without the address that it puts before it. */
  #lastWords(): string | undefined {
    return this.#said.trim().split('\n').at(-1)?.replace(/^\[[^\]]*\]\s*/, '').trim() || undefined;
  }
}
