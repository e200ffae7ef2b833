/** What every way out has to do, whatever it is made of. Each datagram goes through a real socket, and werift's own code decrypts it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES, type Egress } from '../../../../streamer/egress/egress.ts';
import type { OutgoingPacket } from '../../../../streamer/fanout/transport.ts';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';
import { Receiver } from './receiver.ts';

export function payloadOf(bytes: number, seed = 0): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, index) => (index * 31 + seed * 17 + bytes) & 0xff));
}

export function packet(changes: Partial<OutgoingPacket> = {}): OutgoingPacket {
  return { ssrc: 0xcafebabe, payloadType: 96, marker: false, sequence: 1_000, timestamp: 0xdecafbad, extension: 0, transportSequence: 0, originalSequence: -1, payload: payloadOf(1_100), ...changes };
}

const FRAME = 7;
const MANY = 64;
const RTCP = Buffer.from('81ce0002000000010000000a', 'hex');

export function conformanceOf(open: () => Promise<Egress>): void {
  let egress: Egress;
  const receivers: Receiver[] = [];

  beforeEach(async () => {
    egress = await open();
  });

  afterEach(async () => {
    await egress.close();
    for (const receiver of receivers.splice(0)) await receiver.close();
  });

  it('offers each profile once', () => {
    expect([...egress.profiles].sort()).toEqual(Object.values(SRTP_PROFILES).sort());
  });

  it('hears what comes, and sends what is not to be encrypted', async () => {
    const receiver = await watching(SRTP_PROFILES.aes128Gcm);
    const heard = new Promise((resolve) => egress.onDatagram((datagram, host, port) => resolve([datagram.toString(), host, port])));
    receiver.send(Buffer.from('a check'), egress.port);
    expect(await heard).toEqual(['a check', '127.0.0.1', receiver.port]);
    egress.sendPlain(Buffer.from('its answer'), '127.0.0.1', receiver.port);
    await receiver.until(1);
    expect(receiver.datagrams[0]?.toString()).toBe('its answer');
  });

  it('ends while packets are queued, and takes no notice of what comes later', async () => {
    const receiver = await watching(SRTP_PROFILES.aes128Gcm);
    const viewer = viewerOf(receiver);
    viewer.send(packet());
    await egress.close();
    viewer.send(packet());
    viewer.sendRtcp(RTCP);
    egress.sendPlain(RTCP, '127.0.0.1', receiver.port);
    egress.flush();
    viewer.close();
    await egress.close();
    expect(receiver.datagrams).toHaveLength(0);
  });

  async function watching(profile: (typeof SRTP_PROFILES)[keyof typeof SRTP_PROFILES]): Promise<Receiver> {
    const receiver = await Receiver.open(profile);
    receivers.push(receiver);
    return receiver;
  }

  function viewerOf(receiver: Receiver) {
    const viewer = egress.open(receiver.keys);
    viewer.towards('127.0.0.1', receiver.port);
    return viewer;
  }

  describe.each(Object.entries(SRTP_PROFILES))('by %s', (_, profile) => {
    it('carries payloads of every size from one byte to what a frame of Ethernet holds', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      const sizes = [...Array.from({ length: 66 }, (_, index) => index + 1), 255, 256, 1_159, 1_160, MAX_PAYLOAD_BYTES];
      sizes.forEach((size, index) => viewer.send(packet({ sequence: index, payload: payloadOf(size) })));
      egress.flush();
      await receiver.until(sizes.length);
      receiver.decrypted().forEach(({ payload }, index) => expect(payload).toEqual(payloadOf(sizes[index] ?? 0)));
      expect(egress.counters).toMatchObject({ sent: sizes.length, dropped: 0 });
    });

    it('drops a payload that is too large, and says so', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      viewer.send(packet({ payload: payloadOf(MAX_PAYLOAD_BYTES + 1) }));
      viewer.send(packet({ payload: payloadOf(5) }));
      egress.flush();
      await receiver.until(1);
      expect(receiver.decrypted()[0]?.payload).toEqual(payloadOf(5));
      expect(egress.counters).toMatchObject({ sent: 1, dropped: 1 });
    });

    it('writes marker, payload type, timestamp, SSRC and the transport-wide number', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      viewer.send(packet({ marker: true, payloadType: 127, timestamp: 0xffffffff, ssrc: 0xffffffff, extension: 14, transportSequence: 0x3fffe }));
      viewer.send(packet({ extension: 0, ssrc: 1, timestamp: 0, sequence: 7 }));
      egress.flush();
      await receiver.until(2);
      const [first, second] = receiver.decrypted();
      expect(first?.header).toMatchObject({ marker: true, payloadType: 127, timestamp: 0xffffffff, ssrc: 0xffffffff, sequenceNumber: 1_000, extension: true, extensionProfile: 0xbede });
      expect(first?.header.extensions).toEqual([{ id: 14, payload: Buffer.from([0xff, 0xfe]) }]);
      expect(second?.header).toMatchObject({ marker: false, payloadType: 96, timestamp: 0, ssrc: 1, sequenceNumber: 7, extension: false });
    });

    it('puts the original number before a retransmission on a stream of its own (RFC 4588 §4)', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      viewer.send(packet({ ssrc: 101, payloadType: 97, sequence: 5, originalSequence: 0xfffe, extension: 3, payload: payloadOf(1_160) }));
      egress.flush();
      await receiver.until(1);
      expect(receiver.decrypted()[0]?.payload).toEqual(Buffer.concat([Buffer.from('fffe', 'hex'), payloadOf(1_160)]));
    });

    it('puts what differs from receiver to receiver before the payload, behind the original number', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      const prefix = Uint8Array.of(1, 2, 3, 4, 5, 6);
      viewer.send(packet({ prefix, payload: payloadOf(MAX_PAYLOAD_BYTES) }));
      viewer.send(packet({ sequence: 1_001, originalSequence: 0x102, prefix: prefix.subarray(0, 1), payload: payloadOf(77) }));
      viewer.send(packet({ sequence: 1_002, prefix: prefix.subarray(0, 3), payload: Buffer.alloc(0) }));
      viewer.send(packet({ sequence: 1_003, payload: Buffer.alloc(0) }));
      prefix.fill(0);
      egress.flush();
      await receiver.until(4);
      expect(receiver.decrypted().map(({ payload }) => payload)).toEqual([
        Buffer.concat([Buffer.from([1, 2, 3, 4, 5, 6]), payloadOf(MAX_PAYLOAD_BYTES)]),
        Buffer.concat([Buffer.from([1, 2, 1]), payloadOf(77)]),
        Buffer.from([1, 2, 3]),
        Buffer.alloc(0),
      ]);
    });

    it('rolls over: numbers beyond 65,536, and packets from before that come again', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      const sequences = [65_530, 65_531, 65_535, 65_536, 65_537, 65_534, 65_538];
      for (const sequence of sequences) viewer.send(packet({ sequence, payload: payloadOf(100, sequence) }));
      egress.flush();
      await receiver.until(sequences.length);
      expect(receiver.decrypted().map(({ header, payload }) => [header.sequenceNumber, payload])).toEqual(sequences.map((sequence) => [sequence & 0xffff, payloadOf(100, sequence)]));
    });

    it('reads a packet while it is handed over, and never the payload’s neighbours', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      const shared = payloadOf(300);
      const changing = { ...packet({ payload: shared.subarray(7, 107) }) };
      viewer.send(changing);
      Object.assign(changing, { ssrc: 1, sequence: 2_000, payload: shared.subarray(3, 4) });
      viewer.send(changing);
      egress.flush();
      await receiver.until(2);
      expect(shared).toEqual(payloadOf(300));
      expect(receiver.decrypted().map(({ header, payload }) => [header.ssrc, payload])).toEqual([[0xcafebabe, shared.subarray(7, 107)], [1, shared.subarray(3, 4)]]);
    });

    it('sends a frame to many viewers, each with keys and numbers of his own', async () => {
      const all = await Promise.all(Array.from({ length: MANY }, () => watching(profile)));
      const viewers = all.map((receiver) => viewerOf(receiver));
      for (let frame = 0; frame < 3; frame++) {
        viewers.forEach((viewer, index) => {
          for (let piece = 0; piece < FRAME; piece++) {
            viewer.send(packet({ ssrc: index, sequence: 100 * index + frame * FRAME + piece, marker: piece === FRAME - 1, payload: payloadOf(piece === FRAME - 1 ? 333 : 1_160, piece) }));
          }
        });
        egress.flush();
      }
      await Promise.all(all.map((receiver) => receiver.until(3 * FRAME)));
      all.forEach((receiver, index) => {
        const packets = receiver.decrypted();
        expect(packets.map(({ header }) => header.sequenceNumber)).toEqual(Array.from({ length: 3 * FRAME }, (_, number) => 100 * index + number));
        packets.forEach(({ header, payload }, number) => {
          const piece = number % FRAME;
          expect([header.ssrc, header.marker, payload.equals(payloadOf(piece === FRAME - 1 ? 333 : 1_160, piece))]).toEqual([index, piece === FRAME - 1, true]);
        });
      });
      expect(egress.counters).toEqual({ sent: MANY * 3 * FRAME, dropped: 0, full: 0 });
    }, 30_000);

    it('sends RTCP between the packets of media', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      viewer.send(packet());
      viewer.sendRtcp(RTCP);
      viewer.sendRtcp(RTCP);
      viewer.send(packet({ sequence: 1_001 }));
      egress.flush();
      await receiver.until(4);
      const [, first = RTCP, second = RTCP] = receiver.datagrams;
      expect(first.equals(second)).toBe(false);
      receiver.datagrams.splice(0, 4, first, second);
      expect(receiver.decryptedRtcp()).toEqual([RTCP, RTCP]);
    });

    it('sends to the new address of a viewer who moved, and to nobody before there is one', async () => {
      const before = await watching(profile);
      const after = await watching(profile);
      const viewer = egress.open(before.keys);
      viewer.send(packet({ sequence: 1 }));
      viewer.towards('127.0.0.1', before.port);
      viewer.send(packet({ sequence: 2 }));
      egress.flush();
      viewer.towards('127.0.0.1', after.port);
      viewer.send(packet({ sequence: 3 }));
      egress.flush();
      await Promise.all([before.until(1), after.until(1)]);
      expect(before.decrypted().map(({ header }) => header.sequenceNumber)).toEqual([2]);
      expect(after.datagrams.map((datagram) => datagram.readUInt16BE(2))).toEqual([3]);
    });

    it('sends what was queued before a viewer was closed, and nothing after', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      viewer.send(packet({ sequence: 1 }));
      viewer.close();
      viewer.send(packet({ sequence: 2 }));
      viewer.close();
      egress.flush();
      await receiver.until(1);
      expect(receiver.decrypted().map(({ header }) => header.sequenceNumber)).toEqual([1]);
    });

    it('is not held up by a viewer whose port is closed, or who never reads', async () => {
      const gone = await Receiver.open(profile);
      const nobody = viewerOf(gone);
      await gone.close();
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      for (let frame = 0; frame < 50; frame++) {
        for (let piece = 0; piece < FRAME; piece++) nobody.send(packet({ sequence: frame * FRAME + piece }));
        viewer.send(packet({ sequence: frame, payload: payloadOf(50) }));
        egress.flush();
      }
      await receiver.until(50);
      expect(receiver.decrypted().map(({ header }) => header.sequenceNumber)).toEqual(Array.from({ length: 50 }, (_, frame) => frame));
    });

    it('sends more than its memory holds, without being asked to flush', async () => {
      const receiver = await watching(profile);
      const viewer = viewerOf(receiver);
      const count = 2_500;
      for (let sequence = 0; sequence < count; sequence++) viewer.send(packet({ sequence, payload: payloadOf(700) }));
      egress.flush();
      await receiver.until(count);
      expect(receiver.decrypted().map(({ header }) => header.sequenceNumber)).toEqual(Array.from({ length: count }, (_, sequence) => sequence));
    });
  });
}
