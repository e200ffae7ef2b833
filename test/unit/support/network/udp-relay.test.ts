import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { UdpRelay } from '../../../support/network/udp-relay.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const entry of open.splice(0)) await entry.close();
});

async function echoServer(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (datagram, from) => socket.send(datagram, from.port, from.address));
  open.push(socket);
  return socket;
}

async function relayTo(server: Socket, impairment: object, seed = 1): Promise<UdpRelay> {
  const relay = await UdpRelay.start({ target: { host: '127.0.0.1', port: server.address().port }, seed, ...impairment });
  open.push(relay);
  return relay;
}

/** Sends numbered datagrams one after the other and gives back those that came again. */
async function exchange(relay: UdpRelay, count: number): Promise<number[]> {
  const client = createSocket('udp4').bind(0, '127.0.0.1');
  open.push(client);
  const received: number[] = [];
  const last = new Promise<void>((resolve) => {
    client.on('message', (datagram) => {
      if (datagram.toString() === 'last') resolve();
      else received.push(Number(datagram.toString()));
    });
  });
  for (let index = 0; index < count; index += 1) {
    client.send(String(index), relay.address.port, relay.address.host);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const knocking = setInterval(() => client.send('last', relay.address.port, relay.address.host), 5);
  await last;
  clearInterval(knocking);
  return received;
}

describe('UdpRelay', () => {
  it('passes everything on and back when nothing is asked of it', async () => {
    const received = await exchange(await relayTo(await echoServer(), {}), 50);
    expect(received).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it('loses for certain what a rule says, and passes on the rest', async () => {
    const odd = (datagram: Buffer): boolean => Number(datagram.toString()) % 2 === 1;
    const first = (datagram: Buffer): boolean => datagram.toString() === '0';
    const relay = await relayTo(await echoServer(), { loses: { toTarget: odd, fromTarget: first } });
    expect(await exchange(relay, 6)).toEqual([2, 4]);
    expect([relay.counts.toTarget.lost, relay.counts.fromTarget.lost]).toEqual([3, 1]);
  });

  it('loses in each direction what it was told to', async () => {
    const relay = await relayTo(await echoServer(), { toTarget: { loss: 0.3 }, fromTarget: { loss: 0.3 } });
    const received = await exchange(relay, 300);
    expect(received.length).toBeGreaterThan(300 * 0.49 - 45);
    expect(received.length).toBeLessThan(300 * 0.49 + 45);
    expect(relay.counts.toTarget.lost).toBeGreaterThan(50);
    expect(relay.counts.fromTarget.lost).toBeGreaterThan(30);
  });

  it('loses the same ones for the same seed', async () => {
    const server = await echoServer();
    const runs = [];
    for (const seed of [7, 7, 8]) runs.push(await exchange(await relayTo(server, { toTarget: { loss: 0.5 } }, seed), 40));
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).not.toEqual(runs[2]);
  });

  it('doubles and delays', async () => {
    const relay = await relayTo(await echoServer(), { fromTarget: { duplication: 1, maxDelayMs: 20 } });
    const received = await exchange(relay, 20);
    expect(relay.counts.fromTarget.doubled).toBeGreaterThanOrEqual(20);
    expect(new Set(received).size).toBeGreaterThan(0);
  });
});
