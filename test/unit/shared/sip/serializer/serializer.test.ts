import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../../shared/sip/message/headers.ts';
import { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import { serialize } from '../../../../../shared/sip/serializer/serializer.ts';

const ODD = [
  'INVITE sip:bob@example.com SIP/2.0',
  'v:  SIP  / 2.0 / UDP  a ;branch=z9hG4bK1',
  'fROM : "Zoë"   <sip:z@x>;tag=1',
  't: <sip:b@x>',
  'i: x',
  'CSeq: 0001   INVITE',
  'Subject: folded',
  '   twice',
  '\tover',
  'X-Strange-Thing: kept, as, it   is',
  'l:  4 ',
].join('\r\n');

describe('serialize', () => {
  it('leaves a message byte for byte as it came', () => {
    const datagram = Buffer.from(`${ODD}\r\n\r\nbödy`.replace('l:  4 ', 'l:  5 '));
    expect(serialize(parseMessage(datagram)).toString()).toBe(datagram.toString());
  });

  it('changes only the lines that were changed', () => {
    const message = parseMessage(Buffer.from(`${ODD}\r\n\r\nbody`));
    message.headers.prepend('Via', 'SIP/2.0/UDP proxy;branch=z9hG4bK2');
    message.headers.set('Max-Forwards', '69');
    message.headers.delete('subject');
    const expected = ODD.replace('v: ', 'Via: SIP/2.0/UDP proxy;branch=z9hG4bK2\r\nv: ').replace(/Subject: [^]*over\r\n/, '');
    expect(serialize(message).toString()).toBe(`${expected}\r\nMax-Forwards: 69\r\n\r\nbody`);
  });

  it('takes compact forms for what we wrote when the message would be too large for UDP, and leaves what others wrote', () => {
    const request = new SipRequest('INVITE', 'sip:a@b', new Headers([['Via', 'SIP/2.0/UDP a'], ['To', '<sip:a@b>'], ['X-Own', '1'], ['Content-Type', 'application/sdp']]), Buffer.alloc(1150, 'x'));
    expect(serialize(request).toString()).toMatch(/^INVITE sip:a@b SIP\/2\.0\r\nVia: [^]*\r\nContent-Length: 1150\r\n\r\nx/);
    request.body = Buffer.alloc(1250, 'x');
    const large = serialize(request);
    expect(large.subarray(0, -1250).toString()).toBe('INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP a\r\nt: <sip:a@b>\r\nX-Own: 1\r\nc: application/sdp\r\nl: 1250\r\n\r\n');
    const relayed = parseMessage(large) as SipRequest;
    expect(relayed.contentType).toBe('application/sdp');
    relayed.headers.prepend('Via', 'SIP/2.0/UDP proxy');
    expect(serialize(relayed).toString()).toContain('\r\nv: SIP/2.0/UDP proxy\r\nv: SIP/2.0/UDP a\r\n');
  });

  it('writes the length of the body that there is', () => {
    const request = new SipRequest('MESSAGE', 'sip:a@b', new Headers([['To', '<sip:a@b>']]));
    expect(serialize(request).toString()).toBe('MESSAGE sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\nContent-Length: 0\r\n\r\n');
    request.body = Buffer.from('é');
    request.headers.set('Content-Length', '99');
    request.headers.append('Content-Length', '7');
    expect(serialize(request).toString()).toBe('MESSAGE sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\nContent-Length: 2\r\n\r\né');
    const received = parseMessage(Buffer.from(`${ODD}\r\n\r\nbody`));
    received.body = Buffer.from('longer body');
    expect(serialize(received).toString()).toContain('Content-Length: 11\r\n\r\nlonger body');
  });

  it('writes responses in UTF-8', () => {
    const response = new SipResponse(404, 'Nicht gefunden – schöne Grüße', new Headers([['To', '"Ä" <sip:a@b>']]));
    const again = parseMessage(serialize(response));
    expect(again).toMatchObject({ status: 404, reason: 'Nicht gefunden – schöne Grüße' });
    expect(again.to.displayName).toBe('Ä');
  });

  it('keeps the copies of a message apart', () => {
    const message = parseMessage(Buffer.from(`${ODD}\r\n\r\nbody`));
    const clone = message.clone();
    clone.headers.set('Call-ID', 'other');
    expect(serialize(message).toString()).toContain('i: x\r\n');
    expect(serialize(clone).toString()).toContain('Call-ID: other\r\n');
  });

  it('lets no start line be broken into', () => {
    expect(() => serialize(new SipResponse(200, 'OK\r\nVia: evil'))).toThrow(TypeError);
    expect(() => serialize(new SipRequest('INVITE', 'sip:a@b SIP/2.0\r\nVia: evil'))).toThrow(TypeError);
  });
});
