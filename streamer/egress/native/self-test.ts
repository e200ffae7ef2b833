/**
 * Tries everything that the native way out rests on before it is used: structures that lie otherwise in memory, or another OpenSSL,
 * would send rubbish or end the process. What it encrypts is compared with what Node encrypts; what it sends comes back to itself.
 */
import { deriveKeys } from '../../srtp/keys.ts';
import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, SRTP_PROFILES, type SrtpProfile } from '../../srtp/profile.ts';
import type { OutgoingPacket } from '../../fanout/transport.ts';
import { createProtector } from '../portable/protector.ts';
import { PacketQueue } from '../portable/queue.ts';
import { SrtcpReceiver, SrtcpSender } from '../../srtp/srtcp.ts';
import { CipherWorkshop } from './cipher.ts';
import { MSG_DONTWAIT, socketAddress } from './layout.ts';
import type { Libraries } from './libraries.ts';
import { Memory } from './memory.ts';
import { bindSocket } from './native-socket.ts';
import { GaloisOpener, OpenerMemory } from './opener.ts';
import { Outbox } from './outbox.ts';

const SCRATCH_BYTES = 8192;
const LOOPBACK = '127.0.0.1';
/** Two that make one message, a smaller one at its end, and one after it. */
const SIZES = [1_176, 1_176, 333, 1_000];
/** A datagram on the loopback interface has arrived when it has been sent; but another's work may come between. */
const MOST_READS = 10_000;

const PACKET: OutgoingPacket = {
  ssrc: 0xcafebabe,
  payloadType: 96,
  marker: true,
  sequence: 0x1_2345_6789,
  timestamp: 0xdecafbad,
  extension: 5,
  transportSequence: 7,
  originalSequence: -1,
  payload: Buffer.from(Array.from({ length: 1_001 }, (_, index) => index & 0xff)),
};

/** A picture loss indication (RFC 4585 §6.3.1). */
const COMPOUND = Buffer.from('81ce0002000000010000000a', 'hex');

function testEncryption(libraries: Libraries, profile: SrtpProfile): void {
  const keys = deriveKeys(profile, Buffer.alloc(MASTER_KEY_BYTES, 1), Buffer.alloc(MASTER_SALT_BYTES[profile], 2));
  const queue = new PacketQueue<undefined>();
  queue.add(undefined, PACKET);
  const [length = 0] = queue.lengths;
  const [headerBytes = 0] = queue.headerBytes;
  const memory = new Memory(libraries, SCRATCH_BYTES);
  queue.bytes.copy(memory.bytes, 8, 0, length);
  const protector = createProtector(keys);
  protector.protect(queue, 0, 1);
  const cipher = new CipherWorkshop(libraries).cipherFor(keys);
  try {
    // Twice: the second time the context has been used.
    for (let time = 0; time < 2; time++) {
      const plain = Buffer.from(memory.bytes.subarray(8, 8 + length));
      cipher.encrypt(memory.bytes, memory.address + 8, 8, headerBytes, length, PACKET.ssrc, PACKET.sequence);
      const encrypted = memory.bytes.subarray(8, 8 + length + cipher.tagBytes);
      if (!encrypted.equals(queue.bytes.subarray(0, length + cipher.tagBytes))) throw new Error('its OpenSSL encrypts otherwise than Node');
      plain.copy(memory.bytes, 8);
    }
  } finally {
    cipher.free();
  }
}

function testDecryption(libraries: Libraries): void {
  const keys = deriveKeys(SRTP_PROFILES.aes128Gcm, Buffer.alloc(MASTER_KEY_BYTES, 1), Buffer.alloc(MASTER_SALT_BYTES[SRTP_PROFILES.aes128Gcm], 2));
  const sender = new SrtcpSender(keys);
  const receiver = new SrtcpReceiver(keys, { opener: new GaloisOpener(new CipherWorkshop(libraries), new OpenerMemory(libraries), keys.rtcp) });
  try {
    // Twice: the second time the context has been used, and by a forgery.
    for (let time = 0; time < 2; time++) {
      const datagram = sender.protect(COMPOUND);
      const forged = Buffer.from(datagram);
      forged[9] = (forged[9] as number) ^ 1;
      if (receiver.unprotect(forged) || receiver.unprotect(datagram)?.equals(COMPOUND) !== true) throw new Error('its OpenSSL decrypts otherwise than Node');
    }
  } finally {
    receiver.close();
  }
}

function portOf(libraries: Libraries, fd: number): number {
  const memory = new Memory(libraries, SCRATCH_BYTES);
  memory.words[4] = 16;
  if (libraries.getsockname(fd, memory.address, memory.address + 16) !== 0) throw new Error('its socket has no address');
  return memory.bytes.readUInt16BE(2);
}

function testSending(libraries: Libraries): void {
  const sender = bindSocket(libraries, LOOPBACK, 0);
  const receiver = bindSocket(libraries, LOOPBACK, 0);
  try {
    const counters = { sent: 0, dropped: 0, full: 0 };
    const outbox = new Outbox(libraries, sender, counters);
    const [familyAndPort, address] = socketAddress(LOOPBACK, portOf(libraries, receiver));
    const destination = { familyAndPort, address, segmented: true };
    SIZES.forEach((size, index) => {
      outbox.reserve(size);
      outbox.data.bytes.fill(index + 1, outbox.end, outbox.end + size);
      outbox.add(destination, size);
    });
    if (!outbox.flush() || counters.sent !== SIZES.length) throw new Error('its socket does not send');
    const memory = new Memory(libraries, SCRATCH_BYTES);
    SIZES.forEach((size, index) => {
      let received = -1;
      for (let read = 0; received < 0 && read < MOST_READS; read++) received = libraries.recv(receiver, memory.address, SCRATCH_BYTES, MSG_DONTWAIT);
      if (received !== size || !memory.bytes.subarray(0, size).equals(Buffer.alloc(size, index + 1))) throw new Error('what it sends comes otherwise than it was sent');
    });
  } finally {
    libraries.close(sender);
    libraries.close(receiver);
  }
}

/** @throws Error that says what does not work */
export function selfTest(libraries: Libraries): void {
  for (const profile of Object.values(SRTP_PROFILES)) testEncryption(libraries, profile);
  testDecryption(libraries);
  testSending(libraries);
}
