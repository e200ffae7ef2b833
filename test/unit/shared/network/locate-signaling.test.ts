import { describe, expect, it } from 'vitest';
import { locateSignaling } from '../../../../shared/network/locate-signaling.ts';
import type { Dns } from '../../../../shared/sip/index.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

/** Says what it knows, and notes what it was asked. */
function scriptedDns(answers: { srv?: Awaited<ReturnType<Dns['srv']>>; hosts?: Record<string, string[]>; fails?: boolean; silent?: boolean }): Dns & { asked: string[] } {
  const asked: string[] = [];
  const say = async <Answer>(question: string, answer: Answer): Promise<Answer> => {
    asked.push(question);
    if (answers.silent === true) await new Promise(() => undefined);
    if (answers.fails === true) throw new Error('ESERVFAIL');
    return answer;
  };
  return { asked, srv: (name) => say(`SRV ${name}`, answers.srv ?? []), addresses: (host) => say(host, answers.hosts?.[host] ?? []) };
}

function locate(hosts: string, port: number, dns: Dns) {
  const clock = new VirtualClock();
  return clock.until(locateSignaling(hosts, port, { bound: '127.0.0.1', clock, random: () => 0.5, log: { warn: () => undefined, info: () => undefined }, dns }));
}

describe('where signaling is', () => {
  it.each([
    ['127.0.0.1', 5060],
    ['::1', 5060],
    ['localhost', 5060],
    ['signaling', 5060],
    ['cast.example', 5070],
    ['127.0.0.1:5061', 5060],
    ['cast.example:5060', 5060],
  ])('%s with port %i is one address, and nothing is looked up', async (hosts, port) => {
    const dns = scriptedDns({});
    const place = await locate(hosts, port, dns);
    expect(place.servers).toBeUndefined();
    expect(place.first).toEqual(place.domain);
    expect(place.uriPort).toBe(place.domain.port);
    expect(dns.asked).toEqual([]);
  });

  it('a domain without SRV records is one address, as it always was', async () => {
    const dns = scriptedDns({ hosts: { 'cast.example': ['10.0.0.1', '10.0.0.2'] } });
    expect(await locate('cast.example', 5060, dns)).toEqual({ domain: { host: 'cast.example', port: 5060 }, uriPort: 5060, servers: undefined, first: { host: 'cast.example', port: 5060 } });
    expect(dns.asked).toEqual(['SRV _sip._udp.cast.example']);
  });

  it('a domain with SRV records is known by its name alone, and its servers are in their order', async () => {
    const srv = [{ target: 'b.example', port: 5062, priority: 2, weight: 0 }, { target: 'a.example', port: 5061, priority: 1, weight: 0 }];
    const place = await locate('cast.example', 5060, scriptedDns({ srv, hosts: { 'a.example': ['10.0.0.1'], 'b.example': ['10.0.0.2'] } }));
    expect(place.uriPort).toBeUndefined();
    expect(place.servers?.all).toMatchObject([{ host: '10.0.0.1', port: 5061 }, { host: '10.0.0.2', port: 5062 }]);
    expect(place.first).toMatchObject({ host: '10.0.0.1', port: 5061 });
  });

  it.each([{ fails: true }, { silent: true }])('a DNS that does not answer at the start keeps nobody from starting, and is asked again (%o)', async (how) => {
    const place = await locate('cast.example', 5060, scriptedDns(how));
    expect(place.servers?.all).toEqual([]);
    expect(place.first).toBeUndefined();
    place.servers?.close();
  });

  it('a list is taken in its order, with the ports that are given, and the port of the setting for others', async () => {
    const place = await locate('10.0.0.2,10.0.0.1:5071', 5070, scriptedDns({}));
    expect(place.domain).toEqual({ host: '10.0.0.2', port: 5070 });
    expect(place.servers?.all).toMatchObject([{ host: '10.0.0.2', port: 5070 }, { host: '10.0.0.1', port: 5071 }]);
  });

  it('names in a list are looked up, and known by both', async () => {
    const place = await locate('a.example:5060,b.example:5060', 5060, scriptedDns({ hosts: { 'a.example': ['10.0.0.1'], 'b.example': ['10.0.0.2'] } }));
    expect(place.servers?.all).toMatchObject([{ host: '10.0.0.1' }, { host: '10.0.0.2' }]);
    expect(place.servers?.locate({ host: 'b.example', port: 5060 })).toMatchObject({ host: '10.0.0.2' });
    place.servers?.close();
  });
});
