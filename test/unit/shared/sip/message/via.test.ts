import { describe, expect, it } from 'vitest';
import { formatVia, parseVia, Via } from '../../../../../shared/sip/message/via.ts';

describe('parseVia', () => {
  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1', { protocol: 'SIP/2.0', transport: 'UDP', host: '192.0.2.1', port: 5060, branch: 'z9hG4bK1' }],
    ['SIP/2.0/UDP pc33', { host: 'pc33', port: undefined, branch: undefined, rport: undefined, received: undefined }],
    ['SIP  / 2.0  / TCP     spindle.example.com   ;  branch  =   z9hG4bK9ikj8', { transport: 'TCP', host: 'spindle.example.com', branch: 'z9hG4bK9ikj8' }],
    ['SIP/2.0/tls [2001:db8::9:1]:5061;received=[2001:db8::9:255];branch=x', { transport: 'TLS', host: '2001:db8::9:1', port: 5061, received: '2001:db8::9:255' }],
    ['SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255', { received: '2001:db8::9:255' }],
    ['SIP/2.0/UDP a : 5060 ;rport', { host: 'a', port: 5060, rport: true }],
    ['SIP/2.0/UDP a;rport=5062;received=192.0.2.7', { rport: 5062, received: '192.0.2.7' }],
    ['SIP/2.0/UDP a;rport=99999', { rport: undefined }],
    ['SIP/2.0/UNKNOWN a;maddr=[::1];ttl=16;hidden', { transport: 'UNKNOWN', maddr: '::1' }],
  ])('reads %s', (text, expected) => {
    expect(parseVia(text)).toMatchObject(expected);
  });

  it.each(['', 'SIP/2.0/UDP', 'SIP/2.0/UDP ', 'SIP/2.0 a', 'SIP/2.0/UDP/x a', 'SIP/2.0/UDP a b', 'SIP/2.0/UDP a:', 'SIP/2.0/UDP a:99999', 'SIP/2.0/UDP 2001:db8::1', 'SIP/2.0/UDP a;;branch=x', 'SIP/2.0/UDP a;received=nobody', 'SIP/2.0/UDP a;branch=x y', 'S P/2.0/UDP a'])(
    'refuses %j',
    (text) => {
      expect(() => parseVia(text)).toThrow(expect.objectContaining({ name: 'SipSyntaxError', header: 'Via' }));
    },
  );

  it('writes what it read', () => {
    for (const text of ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport', 'SIP/2.0/TLS [2001:db8::9:1]:5061;received=[2001:db8::9:255]']) {
      expect(formatVia(parseVia(text))).toBe(text);
    }
    expect(new Via('UDP', '::1', 5060).withParameter('rport', true).toString()).toBe('SIP/2.0/UDP [::1]:5060;rport');
  });
});
