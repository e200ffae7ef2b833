import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../shared/launcher/free-port.ts';

const HOST = '127.0.0.1';

describe('freePort', () => {
  it('goes past a UDP port that is taken', async () => {
    const taken = createSocket('udp4').bind(0, HOST);
    await once(taken, 'listening');
    const { port } = taken.address();
    expect(await freePort('udp', HOST, port)).not.toBe(port);
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    expect(await freePort('udp', HOST, port)).toBe(port);
  });

  it('goes past a TCP port that is taken, whatever UDP does with that number', async () => {
    const taken = createServer().listen(0, HOST);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(await freePort('tcp', HOST, port)).not.toBe(port);
    expect(await freePort('udp', HOST, port)).toBe(port);
    taken.close();
  });

  it('leaves the choice to the system where the address cannot be bound at all', async () => {
    expect(await freePort('udp', '192.0.2.1', 5060)).toBe(0);
  });
});
