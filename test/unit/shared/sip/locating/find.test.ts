import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SystemDns } from '../../../../../shared/sip/locating/dns.ts';
import { inDomain, inList } from '../../../../../shared/sip/locating/find.ts';
import { DnsServer } from '../../../../support/network/dns-server.ts';

let server: DnsServer;
beforeAll(async () => {
  server = await DnsServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.failing = false;
  server.questions.length = 0;
  server.zone = {
    hosts: { 'one.cast.test': ['10.0.0.1'], 'two.cast.test': ['10.0.0.2', '10.0.0.3'] },
    srv: {
      '_sip._udp.cast.test': [
        { priority: 20, weight: 1, port: 5062, target: 'two.cast.test' },
        { priority: 10, weight: 1, port: 5061, target: 'one.cast.test' },
      ],
      '_sip._udp.closed.test': [{ priority: 0, weight: 0, port: 0, target: '.' }],
    },
  };
});

const options = () => ({ dns: new SystemDns([server.address]), family: 4 as const, random: () => 0.5 });

describe('finding servers in the DNS (RFC 3263 §4.2), asked in real datagrams', () => {
  it('gives the addresses of each target, in the order of the records, with its port', async () => {
    expect(await inDomain('cast.test', options())()).toEqual([
      { host: '10.0.0.1', port: 5061, name: 'one.cast.test' },
      { host: '10.0.0.2', port: 5062, name: 'two.cast.test' },
      { host: '10.0.0.3', port: 5062, name: 'two.cast.test' },
    ]);
    expect(server.questions[0]).toBe('SRV _sip._udp.cast.test');
  });

  it('gives nobody for a domain without records, and for one that says that there is no such service', async () => {
    expect(await inDomain('other.test', options())()).toEqual([]);
    expect(await inDomain('closed.test', options())()).toEqual([]);
  });

  it('rejects when the DNS fails, which says nothing of the servers', async () => {
    server.failing = true;
    await expect(inDomain('cast.test', options())()).rejects.toThrow(/ESERVFAIL/);
  });

  it('takes a list in its order, and looks up the names in it', async () => {
    const find = inList([{ host: 'two.cast.test', port: 5060 }, { host: '10.9.9.9', port: 5070 }], options());
    expect(await find()).toEqual([
      { host: '10.0.0.2', port: 5060, name: 'two.cast.test' },
      { host: '10.0.0.3', port: 5060, name: 'two.cast.test' },
      { host: '10.9.9.9', port: 5070 },
    ]);
  });
});
