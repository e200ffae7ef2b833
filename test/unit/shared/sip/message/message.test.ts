import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../../shared/sip/message/headers.ts';
import { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';
import { reasonPhrase } from '../../../../../shared/sip/message/status.ts';

describe('SipMessage', () => {
  it('remembers what it parsed until the header is set anew', () => {
    const request = new SipRequest('INVITE', 'sip:a@b', new Headers([['From', '<sip:a@b>;tag=1'], ['CSeq', '1 INVITE'], ['Via', 'SIP/2.0/UDP a'], ['Via', 'SIP/2.0/UDP b, SIP/2.0/UDP c']]));
    const { from } = request;
    expect(request.from).toBe(from);
    request.headers.set('From', '<sip:a@b>;tag=2');
    expect(request.from.tag).toBe('2');
    expect(request.vias.map((via) => via.host)).toEqual(['a', 'b', 'c']);
    request.headers.removeFirstValue('Via');
    expect(request.topVia.host).toBe('b');
    expect(request.parsedUri()).toBe(request.parsedUri());
    request.uri = 'sip:c@d';
    expect(request.parsedUri().user).toBe('c');
  });

  it('changes independently of its clones', () => {
    const request = new SipRequest('INVITE', 'sip:a@b', new Headers([['To', '<sip:a@b>']]), Buffer.from('x'));
    const clone = request.clone();
    clone.headers.set('To', '<sip:c@d>');
    clone.uri = 'sip:c@d';
    expect([request.to.uri, request.uri, clone.body.toString()]).toEqual(['sip:a@b', 'sip:a@b', 'x']);
    const response = new SipResponse(200, undefined, request.headers).clone();
    expect([response.status, response.reason]).toEqual([200, 'OK']);
  });

  it('says which mandatory header is missing', () => {
    const request = new SipRequest('OPTIONS', 'sip:a');
    for (const [name, read] of [['Call-ID', () => request.callId], ['CSeq', () => request.cseq], ['From', () => request.from], ['To', () => request.to], ['Via', () => request.topVia], ['Via', () => request.vias]] as const) {
      expect(read, name).toThrow(expect.objectContaining({ status: 400, header: name }));
    }
  });

  it('takes missing optional headers for their defaults', () => {
    const request = new SipRequest('OPTIONS', 'sip:a');
    expect([request.maxForwards, request.expires, request.contentType, request.contacts, request.routes, request.recordRoutes]).toEqual([70, undefined, undefined, [], [], []]);
  });

  it.each([['4294967295', 4294967295], ['99999999999999999999', 4294967295], ['0', 0]])('clamps Expires %s', (text, seconds) => {
    expect(new SipRequest('REGISTER', 'sip:a', new Headers([['Expires', text]])).expires).toBe(seconds);
  });

  it.each([['CSeq', '2147483648 INVITE'], ['CSeq', '1INVITE'], ['CSeq', 'INVITE'], ['CSeq', '-1 INVITE'], ['CSeq', '1 IN VITE'], ['Max-Forwards', '256'], ['Max-Forwards', '-1'], ['Max-Forwards', ''], ['Expires', 'soon'], ['Call-ID', '']])(
    'refuses %s: %s',
    (name, value) => {
      const request = new SipRequest('INVITE', 'sip:a', new Headers([[name, value]]));
      const read = { CSeq: () => request.cseq, 'Max-Forwards': () => request.maxForwards, Expires: () => request.expires, 'Call-ID': () => request.callId }[name];
      expect(read).toThrow(expect.objectContaining({ status: 400, header: name }));
    },
  );

  it('bounds how many values a list may have, in one line or in many', () => {
    const hops = (count: number): string => Array.from({ length: count }, () => 'SIP/2.0/UDP a').join(',');
    const message = (...lines: string[]): SipRequest => new SipRequest('INVITE', 'sip:a', new Headers(lines.map((line) => ['Via', line] as const)));
    expect(message(hops(256)).vias).toHaveLength(256);
    expect(() => message(hops(257)).vias).toThrow(expect.objectContaining({ status: 400, header: 'Via' }));
    expect(() => message(hops(200), hops(57)).vias).toThrow(expect.objectContaining({ status: 400, header: 'Via' }));
  });

  it('knows the star of REGISTER', () => {
    expect(new SipRequest('REGISTER', 'sip:a', new Headers([['m', '*']])).contacts).toBe('*');
  });
});

describe('reasonPhrase', () => {
  it('knows codes, and what the class of an unknown one means', () => {
    expect([100, 202, 486, 699, 299].map(reasonPhrase)).toEqual(['Trying', 'Accepted', 'Busy Here', 'Global Failure', 'Success']);
  });
});
