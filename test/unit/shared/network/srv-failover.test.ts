import { describe, expect, it } from 'vitest';
import { locateSignaling } from '../../../../shared/network/locate-signaling.ts';
import { Agent, systemClock, SystemDns, UdpTransport } from '../../../../shared/sip/index.ts';
import { DnsServer } from '../../../support/network/dns-server.ts';

/** A registrar on a real socket, which notes who registers. */
async function registrar() {
  const agent = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
  const heard: string[] = [];
  agent.handle('REGISTER', (incoming) => {
    heard.push(incoming.request.uri);
    incoming.reply(200);
  });
  return { agent, heard, port: agent.local.port };
}

describe('a domain whose SRV records name two daemons, over real sockets', () => {
  it('is served by the one of better priority, and by the other when that one dies', async () => {
    const [dns, one, two] = [await DnsServer.start(), await registrar(), await registrar()];
    dns.zone = {
      hosts: { 'one.cast.test': ['127.0.0.1'], 'two.cast.test': ['127.0.0.1'] },
      srv: {
        '_sip._udp.cast.test': [
          { priority: 2, weight: 1, port: one.port, target: 'one.cast.test' },
          { priority: 1, weight: 1, port: two.port, target: 'two.cast.test' },
        ],
      },
    };
    const log = { warn: () => undefined, info: () => undefined };
    const place = await locateSignaling('cast.test', 5060, { bound: '127.0.0.1', clock: systemClock, random: Math.random, log, dns: new SystemDns([dns.address]) });
    const client = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), servers: place.servers });
    const register = () => client.request(client.createRequest('REGISTER', 'sip:cast.test', { from: 'sip:me@cast.test' }));
    try {
      expect((await register()).status).toBe(200);
      expect([one.heard, two.heard]).toEqual([[], ['sip:cast.test']]);
      await two.agent.close(0);
      expect((await register()).status).toBe(200);
      expect(one.heard).toEqual(['sip:cast.test']);
    } finally {
      await Promise.all([client.close(0), one.agent.close(0), two.agent.close(0), dns.close()]);
    }
  });
});
