import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../../shared/sip/message/headers.ts';
import { SipRequest } from '../../../../../shared/sip/message/message.ts';
import { createResponse, responseAddress, stampVia } from '../../../../../shared/sip/transaction/responses.ts';

describe('the way of a response', () => {
  const from = (via: string): SipRequest => new SipRequest('OPTIONS', 'sip:a', new Headers([['Via', via]]));
  const source = { host: '198.51.100.7', port: 4711 };

  it.each([
    ['SIP/2.0/UDP 198.51.100.7:5070;branch=1', 'SIP/2.0/UDP 198.51.100.7:5070;branch=1', { host: '198.51.100.7', port: 5070 }],
    ['SIP/2.0/UDP inside.example;branch=1', 'SIP/2.0/UDP inside.example;branch=1;received=198.51.100.7', { host: '198.51.100.7', port: 5060 }],
    ['SIP/2.0/UDP 10.0.0.1:5070;rport;branch=1', 'SIP/2.0/UDP 10.0.0.1:5070;rport=4711;branch=1;received=198.51.100.7', { host: '198.51.100.7', port: 4711 }],
    ['SIP/2.0/UDP 10.0.0.1:5070;rport=1;received=192.0.2.66', 'SIP/2.0/UDP 10.0.0.1:5070;rport=4711;received=198.51.100.7', source],
    ['SIP/2.0/UDP 198.51.100.7;received=192.0.2.66', 'SIP/2.0/UDP 198.51.100.7;received=198.51.100.7', { host: '198.51.100.7', port: 5060 }],
    // It would aim our answer at a third party.
    ['SIP/2.0/UDP x;maddr=203.0.113.9;ttl=1', 'SIP/2.0/UDP x;maddr=203.0.113.9;ttl=1;received=198.51.100.7', { host: '198.51.100.7', port: 5060 }],
  ])('of %s', (text, noted, target) => {
    const request = from(text);
    const via = stampVia(request, source);
    expect(request.headers.get('Via')).toBe(noted);
    expect(responseAddress(via)).toEqual(target);
  });

  it('over IPv6 has brackets in text and none in addresses', () => {
    const request = from('SIP/2.0/UDP [2001:db8::1];rport, SIP/2.0/UDP below');
    const via = stampVia(request, { host: '2001:db8::2', port: 9 });
    expect(request.headers.get('Via')).toBe('SIP/2.0/UDP [2001:db8::1];rport=9;received=2001:db8::2, SIP/2.0/UDP below');
    expect(responseAddress(via)).toEqual({ host: '2001:db8::2', port: 9 });
  });
});

describe('createResponse', () => {
  const request = new SipRequest('INVITE', 'sip:a', new Headers([['Via', 'one'], ['Via', 'two'], ['f', '<sip:x>;tag=1'], ['t', '"a;tag=no" <sip:a;tag=no>'], ['i', 'c'], ['CSeq', '1 INVITE'], ['Timestamp', '54'], ['Subject', 'private']]));

  it('repeats Via, From, To, Call-ID and CSeq, and adds a tag where To has none', () => {
    const { headers } = createResponse(request, 200, { toTag: 't' });
    expect([...headers.entries()]).toEqual([['Via', 'one'], ['Via', 'two'], ['From', '<sip:x>;tag=1'], ['To', '"a;tag=no" <sip:a;tag=no>;tag=t'], ['Call-ID', 'c'], ['CSeq', '1 INVITE']]);
  });

  it('repeats Timestamp in 100 Trying (§8.2.6.1)', () => {
    expect(createResponse(request, 100).headers.get('Timestamp')).toBe('54');
  });

  it('takes reason, headers and a body', () => {
    const response = createResponse(request, 488, { reason: 'No', headers: { Warning: '399 x "y"' }, body: 'é', contentType: 'text/plain' });
    expect([response.reason, response.headers.get('Warning'), response.contentType, response.body.length]).toEqual(['No', '399 x "y"', 'text/plain', 2]);
  });
});
