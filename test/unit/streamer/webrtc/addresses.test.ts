import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { mediaAddresses } from '../../../../streamer/webrtc/addresses.ts';

const ipv4 = (address: string, internal = false) => ({ family: 'IPv4', address, internal }) as NetworkInterfaceInfo;
const ipv6 = (address: string) => ({ family: 'IPv6', address, internal: false }) as NetworkInterfaceInfo;

describe('the addresses that viewers are told', () => {
  it('are this machine’s own, on one socket that listens everywhere', () => {
    const interfaces = { lo: [ipv4('127.0.0.1', true)], eth0: [ipv4('192.0.2.2'), ipv6('2001:db8::1')] };
    expect(mediaAddresses({ mediaHost: undefined }, interfaces)).toEqual({ bind: '0.0.0.0', offered: ['192.0.2.2'] });
    expect(mediaAddresses({ mediaHost: '0.0.0.0' }, interfaces).offered).toEqual(['192.0.2.2']);
  });

  it('are only the one that the operator named', () => {
    expect(mediaAddresses({ mediaHost: '192.0.2.9' }, { eth0: [ipv4('192.0.2.2')] })).toEqual({ bind: '192.0.2.9', offered: ['192.0.2.9'] });
  });

  it('are few, real networks before bridges to containers, none that a machine gave itself', () => {
    const interfaces = {
      docker0: [ipv4('172.17.0.1')],
      'br-1': [ipv4('172.18.0.1')],
      veth1: [ipv4('172.19.0.1')],
      eth0: [ipv4('169.254.3.4'), ipv4('192.0.2.2')],
      wlan0: [ipv4('198.51.100.7')],
    };
    expect(mediaAddresses({ mediaHost: undefined }, interfaces).offered).toEqual(['192.0.2.2', '198.51.100.7', '172.17.0.1']);
  });

  it('are loopback alone on a machine without network', () => {
    expect(mediaAddresses({ mediaHost: undefined }, {}).offered).toEqual(['127.0.0.1']);
  });

  it('are what the operator announces in their place: the address of a NAT, and this machine’s own where he says so', () => {
    const interfaces = { eth0: [ipv4('172.17.0.2')], eth1: [ipv4('10.0.0.2')], eth2: [ipv4('10.0.1.2')] };
    const offered = (announced: string[], mediaHost?: string) => mediaAddresses({ mediaHost, announced }, interfaces);
    expect(offered(['203.0.113.7'])).toEqual({ bind: '0.0.0.0', offered: ['203.0.113.7'] });
    expect(offered(['203.0.113.7', 'own']).offered).toEqual(['203.0.113.7', '172.17.0.2', '10.0.0.2']);
    expect(offered(['own', '172.17.0.2'], '10.0.0.2')).toEqual({ bind: '10.0.0.2', offered: ['10.0.0.2', '172.17.0.2'] });
  });
});
