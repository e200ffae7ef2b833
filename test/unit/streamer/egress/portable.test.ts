import { describe, expect, it } from 'vitest';
import { PortableEgress } from '../../../../streamer/egress/portable/portable-egress.ts';
import { openSocket } from '../../../../streamer/egress/socket.ts';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';
import { conformanceOf, packet, payloadOf } from './conformance.ts';
import { Receiver } from './receiver.ts';

describe('the portable way out', () => {
  conformanceOf(() => PortableEgress.open({ host: '127.0.0.1', port: 0 }));
});

describe('a portable way out that is full', () => {
  it('leaves alone what the socket has not sent yet, and drops what is too much', async () => {
    const socket = await openSocket({ address: '127.0.0.1', port: 0, exclusive: true });
    const waiting: { bytes: Uint8Array; copy: Buffer }[] = [];
    let takes = false;
    const { send } = socket;
    Object.assign(socket, {
      getSendQueueCount: () => waiting.length,
      getSendQueueSize: () => waiting.reduce((sum, { bytes }) => sum + bytes.length, 0),
      send: (bytes: Buffer, at: number, length: number, ...rest: [number, string]) => {
        if (takes) Reflect.apply(send, socket, [bytes, at, length, ...rest]);
        else waiting.push({ bytes: bytes.subarray(at, at + length), copy: Buffer.from(bytes.subarray(at, at + length)) });
      },
    });
    const egress = new PortableEgress(socket);
    const receiver = await Receiver.open(SRTP_PROFILES.aes128CmSha1Tag80);
    const viewer = egress.open(receiver.keys);
    viewer.towards('127.0.0.1', receiver.port);
    for (let sequence = 0; sequence < 2_000; sequence++) {
      viewer.send(packet({ sequence, payload: payloadOf(1_100, sequence) }));
      if (sequence % 7 === 6) egress.flush();
    }
    egress.flush();
    for (const { bytes, copy } of waiting) expect(copy.equals(bytes)).toBe(true);
    expect(waiting.length).toBeGreaterThan(900);
    expect(waiting.length).toBeLessThan(1_000);
    expect(egress.counters.dropped).toBe(2_000 - waiting.length);
    expect(egress.counters.full).toBeGreaterThan(0);
    takes = true;
    waiting.length = 0;
    viewer.send(packet({ sequence: 2_000 }));
    egress.flush();
    await receiver.until(1);
    expect(receiver.datagrams[0]?.readUInt16BE(2)).toBe(2_000);
    await receiver.close();
    await egress.close();
  });
});
