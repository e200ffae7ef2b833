/** One page's stream of Server-Sent Events (HTML standard, §9.2): the newest report only for who reads slowly, and an end for who does not read. */
import type { ServerResponse } from 'node:http';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';

/** A comment so often keeps proxies from closing the stream; who has not read the one before is gone, ms. */
export const EVENT_HEARTBEAT_MS = 15_000;
/** When the browser is to try again after a lost connection, ms. */
const RETRY_MS = 3_000;

export class EventStream {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #blocked = false;
  #waiting: string | undefined;
  #cancelHeartbeat: Cancel = () => undefined;

  /** Answers with 200 and keeps the answer open. @param onClosed called once, when it has ended for whatever reason */
  constructor(response: ServerResponse, clock: Clock, onClosed: () => void) {
    this.#response = response;
    this.#clock = clock;
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    response.on('drain', () => this.#drained());
    // A reset is an end like any other.
    response.on('error', () => undefined);
    response.once('close', () => {
      this.#cancelHeartbeat();
      onClosed();
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
    this.#scheduleHeartbeat();
  }

  /** Sends an event, in place of one that still waits to be sent. */
  send(event: string, data: object): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    if (this.#blocked) this.#waiting = text;
    else this.#write(text);
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#blocked = !this.#response.write(text);
  }

  #drained(): void {
    this.#blocked = false;
    const text = this.#waiting;
    this.#waiting = undefined;
    if (text !== undefined) this.#write(text);
  }

  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat = this.#clock.setTimeout(() => {
      if (this.#blocked) {
        this.#response.destroy();
        return;
      }
      this.#write(':\n\n');
      this.#scheduleHeartbeat();
    }, EVENT_HEARTBEAT_MS);
  }
}
