import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../shared/sip/index.ts';
import { DataChannel, MAX_MESSAGE_BYTES } from '../../../../streamer/webrtc/data-channel.ts';
import { CHUNK, formatPacket, parsePacket } from '../../../../streamer/webrtc/sctp/packet.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { weriftChannel, type WeriftChannel } from '../../../support/streamer/werift-channel.ts';

describe('a data channel that werift opens', () => {
  let far: WeriftChannel;
  afterEach(() => far.close());

  it('opens, and carries texts of any size both ways and in order', async () => {
    far = weriftChannel(systemClock);
    const heard: (string | undefined)[] = [];
    far.near.onMessage((text) => heard.push(text));
    await far.opened;
    const sent = Array.from({ length: 20 }, (_, number) => `${number} ${'x'.repeat(number * 150)}`);
    for (const text of sent) far.send(text);
    await far.until(() => heard.length === sent.length);
    expect(heard).toEqual(sent);
    for (let number = 0; number < 20; number++) expect(far.near.send(`answer ${number}`)).toBe(true);
    await far.until(() => far.received.length === 20);
    expect(far.received).toEqual(Array.from({ length: 20 }, (_, number) => `answer ${number}`));
  });

  it('tells of texts that are too long and of bytes, and goes on', async () => {
    far = weriftChannel(systemClock);
    const heard: (string | undefined)[] = [];
    far.near.onMessage((text) => heard.push(text));
    await far.opened;
    far.send('x'.repeat(MAX_MESSAGE_BYTES + 1));
    far.send(Buffer.from([1, 2, 3]));
    far.send('still here');
    await far.until(() => heard.length === 3);
    expect(heard).toEqual([undefined, undefined, 'still here']);
  });

  it('does not send what is too long, nor without end to somebody who does not read', async () => {
    far = weriftChannel(systemClock);
    await far.opened;
    expect(far.near.send('x'.repeat(5_000))).toBe(false);
    far.loses = () => true;
    const taken = Array.from({ length: 1_000 }, () => far.near.send('news')).filter(Boolean);
    expect(taken.length).toBeLessThan(100);
  });

  it('repairs what is lost in either direction', async () => {
    far = weriftChannel(systemClock);
    const heard: (string | undefined)[] = [];
    far.near.onMessage((text) => heard.push(text));
    await far.opened;
    far.loses = (packet) => packet % 4 === 1;
    for (let number = 0; number < 5; number++) {
      far.send(`question ${number}`);
      far.near.send(`answer ${number}`);
    }
    await far.until(() => heard.length === 5 && far.received.length === 5);
    expect(heard.at(-1)).toBe('question 4');
    expect(far.received.at(-1)).toBe('answer 4');
  });
});

describe('a data channel and a hostile viewer', () => {
  const channel = () => {
    const clock = new VirtualClock();
    const sent: Buffer[] = [];
    const near = new DataChannel({ clock, randomBytes, send: (packet) => sent.push(packet) });
    return { clock, sent, near };
  };

  it('survives any bytes, and any chunks under the right tag', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), fc.integer({ min: 0, max: 255 }), (datagrams, type) => {
        const { near, sent } = channel();
        for (const datagram of datagrams) near.receive(Buffer.from(datagram));
        near.receive(formatPacket({ sourcePort: 5000, destinationPort: 5000, verificationTag: 0, chunks: [{ type: CHUNK.init, flags: 0, body: init(7) }] }));
        const tag = parsePacket(sent.at(-1) ?? Buffer.alloc(0))?.chunks[0]?.body.readUInt32BE(0) ?? 0;
        for (const datagram of datagrams) near.receive(formatPacket({ sourcePort: 5000, destinationPort: 5000, verificationTag: tag, chunks: [{ type, flags: 3, body: Buffer.from(datagram) }] }));
        near.close();
      }),
    );
  });

  it('answers no flood packet by packet, and keeps little of what comes out of order', () => {
    const { near, sent, clock } = channel();
    const packet = (chunks: readonly { type: number; flags: number; body: Buffer }[], verificationTag: number) => formatPacket({ sourcePort: 5000, destinationPort: 5000, verificationTag, chunks });
    near.receive(packet([{ type: CHUNK.init, flags: 0, body: init(7) }], 0));
    const initAck = parsePacket(sent[0] ?? Buffer.alloc(0))?.chunks[0]?.body ?? Buffer.alloc(0);
    const tag = initAck.readUInt32BE(0);
    near.receive(packet([{ type: CHUNK.cookieEcho, flags: 0, body: initAck.subarray(20) }], tag));
    expect(parsePacket(sent[1] ?? Buffer.alloc(0))?.chunks[0]?.type).toBe(CHUNK.cookieAck);
    for (let tsn = 1; tsn < 5_000; tsn++) {
      const body = Buffer.alloc(1_000);
      body.writeUInt32BE(tsn, 0);
      near.receive(packet([{ type: CHUNK.data, flags: 3, body }], tag));
    }
    expect(sent.length).toBeLessThan(300);
    const sack = parsePacket(sent.at(-1) ?? Buffer.alloc(0))?.chunks[0];
    expect(sack?.type).toBe(CHUNK.sack);
    expect(sack?.body.readUInt32BE(0)).toBe(0xffff_ffff);
    expect(sack?.body.readUInt16BE(14)).toBeLessThanOrEqual(33);
    expect(clock.pending).toBe(0);
  });

  it('does not begin anew for an INIT with another tag once it stands, nor for a cookie of another', () => {
    const { near, sent } = channel();
    const packet = (chunks: readonly { type: number; flags: number; body: Buffer }[], verificationTag: number) => formatPacket({ sourcePort: 5000, destinationPort: 5000, verificationTag, chunks });
    near.receive(packet([{ type: CHUNK.init, flags: 0, body: init(7) }], 0));
    const initAck = parsePacket(sent[0] ?? Buffer.alloc(0))?.chunks[0]?.body ?? Buffer.alloc(0);
    const tag = initAck.readUInt32BE(0);
    near.receive(packet([{ type: CHUNK.cookieEcho, flags: 0, body: Buffer.alloc(16) }], tag));
    expect(sent).toHaveLength(1);
    near.receive(packet([{ type: CHUNK.cookieEcho, flags: 0, body: initAck.subarray(20) }], tag));
    near.receive(packet([{ type: CHUNK.init, flags: 0, body: init(8) }], 0));
    expect(sent).toHaveLength(2);
    near.receive(packet([{ type: CHUNK.init, flags: 0, body: init(7) }], 0));
    expect(sent).toHaveLength(3);
  });
});

/** First words whose data will begin at 0, which never comes. */
function init(tag: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32BE(tag, 0);
  body.writeUInt32BE(100_000, 4);
  body.writeUInt16BE(10, 8);
  body.writeUInt16BE(10, 10);
  body.writeUInt32BE(0, 12);
  return body;
}
