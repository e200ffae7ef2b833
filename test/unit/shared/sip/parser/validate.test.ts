import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../../shared/sip/message/headers.ts';
import { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';
import { validate } from '../../../../../shared/sip/parser/validate.ts';

const HEADERS: readonly [string, string][] = [['Via', 'SIP/2.0/UDP a;branch=z9hG4bK1'], ['From', '<sip:a@b>;tag=1'], ['To', '<sip:c@d>'], ['Call-ID', 'x'], ['CSeq', '1 OPTIONS']];

function request(change: readonly [string, string][] = [], uri = 'sip:c@d', method = 'OPTIONS'): SipRequest {
  const headers = new Headers(HEADERS);
  for (const [name, value] of change) headers.append(name, value);
  return new SipRequest(method, uri, headers);
}

describe('validate', () => {
  it('accepts what is complete, without Max-Forwards too', () => {
    expect(() => validate(request())).not.toThrow();
    expect(() => validate(new SipResponse(200, 'OK', new Headers(HEADERS)))).not.toThrow();
    expect(() => validate(request([], 'tel:+1'))).not.toThrow();
  });

  it.each(HEADERS)('misses %s', (name) => {
    const message = request();
    message.headers.delete(name);
    expect(() => validate(message)).toThrow(expect.objectContaining({ status: 400, header: name }));
  });

  it.each(['From', 'To', 'Call-ID', 'CSeq'])('refuses a second %s', (name) => {
    const message = request();
    message.headers.append(name, message.headers.get(name)!);
    expect(() => validate(message)).toThrow(expect.objectContaining({ status: 400, header: name }));
  });

  it.each<[string, string]>([
    ['Max-Forwards', '300'], ['Expires', 'x'], ['Contact', 'sip:a@b?Route=%3Csip:c%3E'], ['Contact', '<sip:a@b:x>'], ['Contact', '<sip:a@b>;expires=x'], ['Contact', '*, <sip:a@b>'],
    ['Route', 'nowhere'], ['Record-Route', '<sip:a'], ['Via', 'SIP/2.0/UDP'], ['Via', ''],
  ])('refuses %s: %s', (name, value) => {
    expect(() => validate(request([[name, value]]))).toThrow(expect.objectContaining({ name: 'SipSyntaxError', status: 400 }));
  });

  it('refuses another method in CSeq, but not in a response', () => {
    expect(() => validate(request([], 'sip:c@d', 'INVITE'))).toThrow(expect.objectContaining({ status: 400, header: 'CSeq' }));
  });

  it.each(['sip:a@b?Route=%3Csip:c%3E', '<sip:a@b>', 'sip:', 'nothing'])('refuses the Request-URI %s', (uri) => {
    expect(() => validate(request([], uri))).toThrow(expect.objectContaining({ status: 400 }));
  });
});
