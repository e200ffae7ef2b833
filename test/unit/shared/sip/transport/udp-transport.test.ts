import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { UdpTransport, type UdpTransportOptions } from '../../../../../shared/sip/transport/udp-transport.ts';
import type { Address, TransportError } from '../../../../../shared/sip/transport/transport.ts';

const hasIpv6 = Object.values(networkInterfaces()).flat().some((address) => address?.address === '::1');
const open: UdpTransport[] = [];

async function bind(options: Partial<UdpTransportOptions> = {}): Promise<UdpTransport> {
  const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0, ...options });
  open.push(transport);
  return transport;
}

function nextDatagram(transport: UdpTransport): Promise<{ datagram: Buffer; from: Address }> {
  return new Promise((resolve) => transport.onDatagram((datagram, from) => resolve({ datagram, from })));
}

function nextError(transport: UdpTransport): Promise<TransportError> {
  return new Promise((resolve) => transport.onError(resolve));
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

describe('UdpTransport', () => {
  it('tells where it really listens and delivers with the true source', async () => {
    const [one, other] = [await bind(), await bind()];
    expect(one.local).toEqual({ host: '127.0.0.1', port: expect.any(Number) as number });
    expect(one.local.port).toBeGreaterThan(0);
    const received = nextDatagram(other);
    one.send(Buffer.from('hello'), other.local);
    expect(await received).toEqual({ datagram: Buffer.from('hello'), from: one.local });
  });

  it.skipIf(!hasIpv6)('speaks IPv6', async () => {
    const [one, other] = [await bind({ host: '::1' }), await bind({ host: '::1' })];
    const received = nextDatagram(other);
    one.send(Buffer.from('hello'), other.local);
    expect((await received).from).toEqual({ host: '::1', port: one.local.port });
  });

  it.skipIf(!hasIpv6)('reaches IPv4 from a socket of both families, and calls it by its IPv4 address', async () => {
    const [both, four] = [await bind({ host: '::' }), await bind()];
    const received = nextDatagram(four);
    both.send(Buffer.from('ping'), four.local);
    const { from } = await received;
    const answered = nextDatagram(both);
    four.send(Buffer.from('pong'), from);
    expect((await answered).from).toEqual(four.local);
  });

  it('looks a host name up once, in the family of its socket', async () => {
    const asked: string[] = [];
    const lookup = async (host: string, family: number): Promise<string> => {
      asked.push(`${host} ${family}`);
      return '127.0.0.1';
    };
    const [one, other] = [await bind({ lookup }), await bind()];
    for (let i = 0; i < 3; i++) {
      const received = nextDatagram(other);
      one.send(Buffer.from('x'), { host: 'streamer.example', port: other.local.port });
      await received;
    }
    expect(asked).toEqual(['streamer.example 4']);
  });

  it('reports a name that has no address', async () => {
    const transport = await bind({ lookup: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })) });
    const error = nextError(transport);
    transport.send(Buffer.from('x'), { host: 'nobody.example', port: 5060 });
    expect(await error).toMatchObject({ code: 'ENOTFOUND', to: { host: 'nobody.example' } });
  });

  it('reports a datagram that is too large, and goes on', async () => {
    const [one, other] = [await bind(), await bind()];
    const error = nextError(one);
    one.send(Buffer.alloc(70_000), other.local);
    expect(await error).toMatchObject({ name: 'TransportError', code: 'EMSGSIZE', to: other.local });
    const received = nextDatagram(other);
    one.send(Buffer.from('still here'), other.local);
    expect((await received).datagram.toString()).toBe('still here');
  });

  it('reports a port that none can be', async () => {
    const transport = await bind();
    const error = nextError(transport);
    transport.send(Buffer.from('x'), { host: '127.0.0.1', port: 70_000 });
    expect(await error).toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' });
  });

  it('survives destinations where nobody listens', async () => {
    const [transport, gone] = [await bind(), await bind()];
    await gone.close();
    transport.send(Buffer.from('x'), gone.local);
    const received = nextDatagram(transport);
    transport.send(Buffer.from('to myself'), transport.local);
    expect((await received).datagram.toString()).toBe('to myself');
  });

  it('refuses a port that is taken', async () => {
    const { local } = await bind();
    await expect(UdpTransport.bind(local)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('says nothing more after close, however often that is called', async () => {
    const [one, other] = [await bind(), await bind()];
    await Promise.all([one.close(), one.close()]);
    one.send(Buffer.from('x'), other.local);
    one.send(Buffer.from('x'), { host: 'localhost', port: other.local.port });
    const third = createSocket('udp4');
    const received = nextDatagram(other);
    third.send('last', other.local.port, other.local.host);
    expect((await received).datagram.toString()).toBe('last');
    third.close();
  });
});
