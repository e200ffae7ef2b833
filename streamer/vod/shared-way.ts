/**
 * A viewer's connection whose packets wait for those of the other viewers who are sent something in the same turn of the event
 * loop: all of them share one way out, and what is queued for it goes in few system calls.
 */
import type { NegotiatedTrack, OutgoingPacket, ViewerTransport } from '../fanout/transport.ts';

/** Flushes at the end of the present turn whoever asked for it; after the first of those that share a way out, there is nothing left to do. */
export class TurnEnd {
  readonly #waiting = new Set<ViewerTransport>();

  add(transport: ViewerTransport): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#flush());
    this.#waiting.add(transport);
  }

  #flush(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const transport of waiting) transport.flush();
  }
}

export class SharedWay implements ViewerTransport {
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname: string;
  readonly #transport: ViewerTransport;
  readonly #turnEnd: TurnEnd;
  #hurried = false;

  constructor(transport: ViewerTransport, turnEnd: TurnEnd) {
    this.#turnEnd = turnEnd;
    this.#transport = transport;
    this.tracks = transport.tracks;
    this.cname = transport.cname;
  }

  sendRtp(packet: OutgoingPacket): void {
    this.#transport.sendRtp(packet);
  }

  sendRtcp(compound: Buffer): void {
    this.#transport.sendRtcp(compound);
  }

  onRtcp(listener: (compound: Buffer) => void): void {
    this.#transport.onRtcp(listener);
  }

  flush(): void {
    if (this.#hurried) this.#transport.flush();
    else this.#turnEnd.add(this.#transport);
  }

  /** From now on nothing waits: the connection is about to be closed. */
  hurry(): void {
    this.#hurried = true;
  }
}
