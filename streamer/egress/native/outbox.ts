/**
 * Datagrams on their way to the kernel: they lie one after the other in memory of a fixed size, with the structures that sendmmsg
 * reads. Those for one viewer that are of one size go as one message, which the kernel cuts up again (UDP_SEGMENT).
 */
import type { EgressCounters } from '../egress.ts';
import {
  CONTROL_AT,
  CONTROL_BYTES,
  CONTROL_DATA_AT,
  CONTROL_LENGTH_AT,
  CONTROL_LEVEL_AT,
  CONTROL_TYPE_AT,
  CONTROL_USED_BYTES,
  EAGAIN,
  EINTR,
  ENOBUFS,
  IOVEC_AT,
  IOVEC_BYTES,
  IOVEC_COUNT_AT,
  MMSGHDR_BYTES,
  MSG_DONTWAIT,
  NAME_AT,
  NAME_LENGTH_AT,
  SOCKADDR_BYTES,
  SOL_UDP,
  UDP_SEGMENT,
} from './layout.ts';
import type { Libraries } from './libraries.ts';
import { Memory } from './memory.ts';

const DATA_BYTES = 1024 * 1024;
/** The kernel looks at no more in one call. */
const MAX_MESSAGES = 1_024;
/** Sent as soon as so much has come together: what was just encrypted is still in the processor's cache. */
const COMFORTABLE_BYTES = 256 * 1024;
/** Of one message; the kernel admits 64 (UDP_MAX_SEGMENTS), and 65,507 bytes. */
const MAX_SEGMENTS = 44;

/** Where a message goes. */
export interface Destination {
  /** As socketAddress() has it. */
  readonly familyAndPort: number;
  readonly address: number;
  /** Whether the way there takes messages that the kernel is to cut up; set to false where it turns out not to. */
  segmented: boolean;
}

export class Outbox {
  readonly data: Memory;
  readonly #libraries: Pick<Libraries, 'sendmmsg' | 'errno'>;
  readonly #fd: number;
  readonly #counters: EgressCounters;
  readonly #headers: Memory;
  readonly #vectors: Memory;
  readonly #addresses: Memory;
  readonly #controls: Memory;
  readonly #destinations: Destination[] = [];
  readonly #segments = new Uint8Array(MAX_MESSAGES);
  readonly #segmentBytes = new Uint16Array(MAX_MESSAGES);
  readonly #lengths = new Uint32Array(MAX_MESSAGES);
  /** A message that ended in a smaller datagram takes no more. */
  #closed = true;
  /** The socket took no more the last time; whoever waits for it says when to try again. */
  #full = false;
  #end = 0;
  #first = 0;
  #count = 0;

  constructor(libraries: Libraries, fd: number, counters: EgressCounters) {
    this.#libraries = libraries;
    this.#fd = fd;
    this.#counters = counters;
    this.data = new Memory(libraries, DATA_BYTES);
    this.#headers = new Memory(libraries, MAX_MESSAGES * MMSGHDR_BYTES);
    this.#vectors = new Memory(libraries, MAX_MESSAGES * IOVEC_BYTES);
    this.#addresses = new Memory(libraries, MAX_MESSAGES * SOCKADDR_BYTES);
    this.#controls = new Memory(libraries, MAX_MESSAGES * CONTROL_BYTES);
    for (let message = 0; message < MAX_MESSAGES; message++) this.#prepare(message);
  }

  /** Where the next datagram is to be written. */
  get end(): number {
    return this.#end;
  }

  /** Whether there is something that a full socket did not take. */
  get waiting(): boolean {
    return this.#full;
  }

  /** Makes room for a datagram of up to `bytes`, sending what is there if need be. @returns whether there is room */
  reserve(bytes: number): boolean {
    if (this.#end + bytes <= COMFORTABLE_BYTES && this.#count < MAX_MESSAGES) return true;
    if (!this.#full) this.flush();
    return this.#end + bytes <= DATA_BYTES && this.#count < MAX_MESSAGES;
  }

  /** Takes the `length` bytes that were written at the end. */
  add(destination: Destination, length: number): void {
    const last = this.#count - 1;
    if (!this.#closed && this.#destinations[last] === destination && this.#join(last, length)) return;
    this.#begin(destination, length);
  }

  /** @returns whether everything went; what did not waits for the next time */
  flush(): boolean {
    if (this.#count === 0) return true;
    const { sendmmsg } = this.#libraries;
    this.#closed = true;
    this.#full = false;
    while (this.#first < this.#count) {
      const taken = sendmmsg(this.#fd, this.#headers.address + this.#first * MMSGHDR_BYTES, this.#count - this.#first, MSG_DONTWAIT);
      if (taken > 0) this.#note(taken);
      else if (!this.#overcome(this.#libraries.errno())) return false;
    }
    this.#first = 0;
    this.#count = 0;
    this.#end = 0;
    this.#destinations.length = 0;
    return true;
  }

  #prepare(message: number): void {
    const headers = this.#headers;
    const controls = this.#controls;
    const header = message * MMSGHDR_BYTES;
    headers.writePointer(header + NAME_AT, this.#addresses.address + message * SOCKADDR_BYTES);
    headers.writePointer(header + NAME_LENGTH_AT, SOCKADDR_BYTES);
    headers.writePointer(header + IOVEC_AT, this.#vectors.address + message * IOVEC_BYTES);
    headers.writePointer(header + IOVEC_COUNT_AT, 1);
    const control = message * CONTROL_BYTES;
    controls.writePointer(control, CONTROL_USED_BYTES);
    controls.words[(control + CONTROL_LEVEL_AT) >>> 2] = SOL_UDP;
    controls.words[(control + CONTROL_TYPE_AT) >>> 2] = UDP_SEGMENT;
  }

  #begin(destination: Destination, length: number): void {
    const message = this.#count++;
    this.#destinations[message] = destination;
    const word = (message * SOCKADDR_BYTES) >>> 2;
    this.#addresses.words[word] = destination.familyAndPort;
    this.#addresses.words[word + 1] = destination.address;
    this.#vectors.writePointer(message * IOVEC_BYTES, this.data.address + this.#end);
    this.#setLength(message, length);
    this.#segments[message] = 1;
    this.#segmentBytes[message] = length;
    this.#setControl(message, false);
    this.#closed = !destination.segmented;
    this.#end += length;
  }

  #join(message: number, length: number): boolean {
    const segmentBytes = this.#segmentBytes[message] as number;
    const segments = this.#segments[message] as number;
    if (length > segmentBytes || segments === MAX_SEGMENTS) return false;
    if (segments === 1) this.#setControl(message, true);
    this.#segments[message] = segments + 1;
    this.#setLength(message, (this.#lengths[message] as number) + length);
    this.#closed = length < segmentBytes;
    this.#end += length;
    return true;
  }

  #setLength(message: number, length: number): void {
    this.#lengths[message] = length;
    this.#vectors.writePointer(message * IOVEC_BYTES + 8, length);
  }

  #setControl(message: number, segmented: boolean): void {
    const header = message * MMSGHDR_BYTES;
    this.#headers.writePointer(header + CONTROL_AT, segmented ? this.#controls.address + message * CONTROL_BYTES : 0);
    this.#headers.writePointer(header + CONTROL_LENGTH_AT, segmented ? CONTROL_BYTES : 0);
    if (segmented) this.#controls.words[(message * CONTROL_BYTES + CONTROL_DATA_AT) >>> 2] = this.#segmentBytes[message] as number;
  }

  #note(taken: number): void {
    for (let message = this.#first; message < this.#first + taken; message++) this.#counters.sent += this.#segments[message] as number;
    this.#first += taken;
  }

  /** The first message was not taken. @returns whether to go on at once */
  #overcome(errno: number): boolean {
    if (errno === EINTR) return true;
    if (errno === EAGAIN || errno === ENOBUFS) {
      this.#counters.full++;
      this.#full = true;
      return false;
    }
    const message = this.#first;
    const segments = this.#segments[message] as number;
    const destination = this.#destinations[message];
    if (segments > 1 && destination) {
      // A network card without checksums, or a narrow way (EIO, EINVAL): datagram by datagram, it may go.
      destination.segmented = false;
      return this.#sendFirstSegment(message, segments);
    }
    this.#counters.dropped++;
    this.#first++;
    return true;
  }

  /** Sends one datagram of a message by itself and leaves the others; one that fails is given up, and one that has to wait goes with them. */
  #sendFirstSegment(message: number, segments: number): boolean {
    const whole = this.#lengths[message] as number;
    const bytes = this.#segmentBytes[message] as number;
    this.#setControl(message, false);
    this.#setLength(message, bytes);
    const taken = this.#libraries.sendmmsg(this.#fd, this.#headers.address + message * MMSGHDR_BYTES, 1, MSG_DONTWAIT);
    const errno = taken === 1 ? 0 : this.#libraries.errno();
    this.#setLength(message, whole);
    if (errno === EAGAIN || errno === ENOBUFS || errno === EINTR) {
      this.#setControl(message, true);
      return this.#overcome(errno);
    }
    if (taken === 1) this.#counters.sent++;
    else this.#counters.dropped++;
    const left = segments - 1;
    const begin = this.#vectors.words[(message * IOVEC_BYTES) >>> 2] as number;
    this.#vectors.writePointer(message * IOVEC_BYTES, this.data.address + (((begin - this.data.address) >>> 0) + bytes));
    this.#segments[message] = left;
    this.#setLength(message, whole - bytes);
    this.#setControl(message, left > 1);
    return true;
  }
}
