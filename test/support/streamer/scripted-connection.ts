/** A viewer's connection without any network: a test says when it comes up and when it ends. */
import type { ViewerConnection } from '../../../streamer/call/viewer-connection.ts';
import { RecordingTransport } from './recording-transport.ts';

export class ScriptedConnection extends RecordingTransport implements ViewerConnection {
  readonly offer: string;
  answer = 'v=0\r\nthe answer\r\n';
  closed = false;
  /** What `renew` throws. */
  renewalError: Error | undefined;
  readonly candidates: string[] = [];
  readonly #connected: (() => void)[] = [];
  readonly #ended: ((reason: string) => void)[] = [];

  constructor(offer: string) {
    super();
    this.offer = offer;
  }

  renew(offer: string): string {
    if (this.renewalError) throw this.renewalError;
    return (this.answer = `v=0\r\nthe answer to ${offer}\r\n`);
  }

  addCandidates(candidates: readonly string[]): void {
    this.candidates.push(...candidates);
  }

  onConnected(listener: () => void): void {
    this.#connected.push(listener);
  }

  onClosed(listener: (reason: string) => void): void {
    this.#ended.push(listener);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  comeUp(): void {
    for (const listener of this.#connected) listener();
  }

  end(reason: string): void {
    this.vanish(reason);
  }

  vanish(reason: string): void {
    for (const listener of this.#ended) listener(reason);
  }
}
