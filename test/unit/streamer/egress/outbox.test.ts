import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EAGAIN, ENOBUFS, EINTR, socketAddress } from '../../../../streamer/egress/native/layout.ts';
import { loadLibraries, type Libraries } from '../../../../streamer/egress/native/libraries.ts';
import { bindSocket } from '../../../../streamer/egress/native/native-socket.ts';
import { NativeEgress } from '../../../../streamer/egress/native/native-egress.ts';
import { Outbox } from '../../../../streamer/egress/native/outbox.ts';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';
import { packet } from './conformance.ts';
import { Receiver } from './receiver.ts';

const EIO = 5;
const EINVAL = 22;
const EHOSTUNREACH = 113;
const NO_CONTROL = 0n;
const CONTROL_AT = 32;

/** The kernel as it is, but for what a test makes it refuse. */
class Kernel {
  readonly libraries: Libraries;
  /** Errors that the next calls end in; 0 for one that goes through. */
  readonly refusals: number[] = [];
  /** What messages that are to be cut up end in; 0 where they are taken. */
  segmented = 0;
  calls = 0;
  #errno = 0;

  constructor(readMessage: (address: number) => Buffer) {
    const real = loadLibraries();
    this.libraries = {
      ...real,
      errno: () => this.#errno,
      sendmmsg: (fd, messages, count, flags) => {
        this.calls++;
        const refusal = this.refusals.shift() ?? 0;
        if (refusal !== 0) return this.#fail(refusal);
        let plain = 0;
        if (this.segmented !== 0) {
          while (plain < count && readMessage(messages + plain * 64).readBigUInt64LE(CONTROL_AT) === NO_CONTROL) plain++;
          if (plain === 0) return this.#fail(this.segmented);
        }
        const taken = real.sendmmsg(fd, messages, plain || count, flags);
        if (taken < 0) this.#errno = real.errno();
        return taken;
      },
    };
  }

  #fail(errno: number): number {
    this.#errno = errno;
    return -1;
  }
}

let receiver: Receiver;
let fd: number;
let kernel: Kernel;
let outbox: Outbox;
const counters = { sent: 0, dropped: 0, full: 0 };
let to: { familyAndPort: number; address: number; segmented: boolean };

beforeEach(async () => {
  receiver = await Receiver.open(SRTP_PROFILES.aes128Gcm);
  Object.assign(counters, { sent: 0, dropped: 0, full: 0 });
  const slabs: { address: number; bytes: Buffer }[] = [];
  kernel = new Kernel((address) => {
    const slab = slabs.find(({ address: begin, bytes }) => address >= begin && address < begin + bytes.length);
    return slab ? slab.bytes.subarray(address - slab.address) : Buffer.alloc(64);
  });
  const { address } = kernel.libraries;
  kernel.libraries.address = (bytes) => {
    slabs.push({ address: address(bytes), bytes });
    return address(bytes);
  };
  fd = bindSocket(kernel.libraries, '127.0.0.1', 0);
  outbox = new Outbox(kernel.libraries, fd, counters);
  const [familyAndPort, ip] = socketAddress('127.0.0.1', receiver.port);
  to = { familyAndPort, address: ip, segmented: true };
});

afterEach(async () => {
  kernel.libraries.close(fd);
  await receiver.close();
});

function put(size: number, mark: number): void {
  expect(outbox.reserve(size)).toBe(true);
  outbox.data.bytes.fill(mark, outbox.end, outbox.end + size);
  outbox.add(to, size);
}

const marks = () => receiver.datagrams.map((datagram) => [datagram.length, datagram[0]]);

describe('the native outbox', () => {
  it('sends equal datagrams and a smaller last one in one message', async () => {
    for (const [size, mark] of [[500, 1], [500, 2], [300, 3], [500, 4], [600, 5]] as const) put(size, mark);
    expect(outbox.flush()).toBe(true);
    await receiver.until(5);
    expect(marks()).toEqual([[500, 1], [500, 2], [300, 3], [500, 4], [600, 5]]);
    expect([kernel.calls, counters]).toEqual([1, { sent: 5, dropped: 0, full: 0 }]);
  });

  it.each([['a card that computes no checksums', EIO], ['a narrow way', EINVAL]])('sends datagram by datagram where messages are not cut up: %s', async (_, errno) => {
    kernel.segmented = errno;
    for (let mark = 1; mark <= 5; mark++) put(400, mark);
    put(100, 6);
    expect(outbox.flush()).toBe(true);
    put(400, 7);
    put(400, 8);
    expect(outbox.flush()).toBe(true);
    await receiver.until(8);
    expect(marks()).toEqual([[400, 1], [400, 2], [400, 3], [400, 4], [400, 5], [100, 6], [400, 7], [400, 8]]);
    expect([to.segmented, counters]).toEqual([false, { sent: 8, dropped: 0, full: 0 }]);
  });

  it('keeps what a full socket does not take, in the middle of a message as well', async () => {
    kernel.segmented = EIO;
    kernel.refusals.push(EAGAIN);
    for (let mark = 1; mark <= 4; mark++) put(400, mark);
    expect(outbox.flush()).toBe(false);
    expect(outbox.waiting).toBe(true);
    kernel.refusals.push(EIO, 0, EIO, ENOBUFS);
    expect(outbox.flush()).toBe(false);
    put(200, 5);
    kernel.refusals.push(EINTR);
    expect(outbox.flush()).toBe(true);
    await receiver.until(5);
    expect(marks()).toEqual([[400, 1], [400, 2], [400, 3], [400, 4], [200, 5]]);
    expect(counters).toEqual({ sent: 5, dropped: 0, full: 2 });
  });

  it('gives up a datagram that has no way, and sends the others', async () => {
    kernel.refusals.push(EHOSTUNREACH);
    const far = { ...to };
    outbox.reserve(10);
    outbox.add(far, 10);
    put(50, 2);
    expect(outbox.flush()).toBe(true);
    await receiver.until(1);
    expect(marks()).toEqual([[50, 2]]);
    expect(counters).toEqual({ sent: 1, dropped: 1, full: 0 });
  });

  it('has room for a megabyte that waits, and no more', () => {
    for (let count = 0; count < 5_000; count++) kernel.refusals.push(EAGAIN);
    let taken = 0;
    while (outbox.reserve(1_200)) {
      outbox.add(to, 1_200);
      taken++;
    }
    expect(taken).toBe(873);
    kernel.refusals.length = 0;
    expect(outbox.flush()).toBe(true);
    expect(outbox.reserve(1_200)).toBe(true);
  });
});

describe('a native way out that is full', () => {
  it('tries again by itself, and drops what is too much', async () => {
    const egress = await NativeEgress.open(kernel.libraries, { host: '127.0.0.1', port: 0 });
    const viewer = egress.open(receiver.keys);
    viewer.towards('127.0.0.1', receiver.port);
    for (let count = 0; count < 1_000; count++) kernel.refusals.push(EAGAIN);
    for (let sequence = 0; sequence < 1_500; sequence++) viewer.send(packet({ sequence }));
    egress.flush();
    expect(egress.counters.dropped).toBeGreaterThan(400);
    expect(egress.counters.sent).toBe(0);
    kernel.refusals.length = 0;
    await receiver.until(1_500 - egress.counters.dropped);
    expect(egress.counters.sent).toBe(1_500 - egress.counters.dropped);
    expect(receiver.decrypted().map(({ header }) => header.sequenceNumber)).toEqual(Array.from({ length: egress.counters.sent }, (_, sequence) => sequence));
    await egress.close();
  });
});
