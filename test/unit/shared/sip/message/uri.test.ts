import { describe, expect, it } from 'vitest';
import { Parameters } from '../../../../../shared/sip/message/parameters.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { formatUri, parseUri, sameUri, sipUri } from '../../../../../shared/sip/message/uri.ts';

describe('parseUri', () => {
  it.each([
    ['sip:alice@atlanta.com', { scheme: 'sip', user: 'alice', host: 'atlanta.com', port: undefined }],
    ['sip:alice:secretword@atlanta.com;transport=tcp', { user: 'alice', password: 'secretword', parameters: [['transport', 'tcp']] }],
    ['sips:alice@atlanta.com?subject=project%20x&priority=urgent', { scheme: 'sips', headers: new Map([['subject', 'project x'], ['priority', 'urgent']]) }],
    ['sip:+1-212-555-1212:1234@gateway.com;user=phone', { user: '+1-212-555-1212', password: '1234' }],
    ['sip:alice;day=tuesday@atlanta.com', { user: 'alice;day=tuesday', parameters: [] }],
    ['sip:user;par=u%40example.net@example.com', { user: 'user;par=u@example.net', host: 'example.com' }],
    ['sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com', { user: undefined, headers: new Map([['to', 'alice@atlanta.com']]) }],
    ['sip:alice@192.0.2.4:5070', { host: '192.0.2.4', port: 5070 }],
    ['sip:[2001:db8::10]:5070', { host: '2001:db8::10', port: 5070 }],
    ['sip:[2001:db8::10:5070]', { host: '2001:db8::10:5070', port: undefined }],
    ['sip:user@[::ffff:192.0.2.1]', { host: '::ffff:192.0.2.1' }],
    ['SIP:Bob@EXAMPLE.com', { scheme: 'sip', user: 'Bob', host: 'EXAMPLE.com' }],
    ['sip:%75se%72@example.com', { user: 'user' }],
    ['sip:sips%3Auser%40example.com@example.net', { user: 'sips:user@example.com', host: 'example.net' }],
    ['sip:%00@host5.example.com', { user: '\0' }],
    ['sip:a@b;%6C%72;n%61me=v%61lue%25%34%31', { parameters: [['lr', true], ['name', 'value%41']] }],
    ['sip:cha%C3%AEne%20%E2%9C%93@example.com', { user: 'chaîne ✓' }],
    ['sip:chaîne@example.com', { user: 'chaîne' }],
    ['tel:+1-201-555-0123;phone-context=x', { scheme: 'tel', opaque: '+1-201-555-0123;phone-context=x', host: '' }],
    ['isbn:2983792873', { scheme: 'isbn', opaque: '2983792873' }],
    ['soap.beep://192.0.2.103:3002', { scheme: 'soap.beep' }],
  ])('reads %s', (text, expected) => {
    const uri = parseUri(text);
    expect({ ...uri, parameters: [...uri.parameters] }).toMatchObject(expected);
  });

  it.each([
    '', 'sip', ':x', 'sip:', 'sip:@example.com', 'sip:a@', 'sip:a@b@c', 'sip:a b@c', 'sip:a@b c', 'sip:a@b:', 'sip:a@b:x', 'sip:a@b:65536', 'sip:a@2001:db8::1',
    'sip:a@[2001:db8::1', 'sip:a@[::g]', 'sip:a@b;', 'sip:a@b;;lr', 'sip:a@b;lr;lr', 'sip:a@b?', 'sip:a@b?x', 'sip:a@b?=y', 'sip:a%@b', 'sip:a%4@b', 'sip:a%zz@b', 'sip:a%FF@b',
    'sip:a"b@c', 'sip:a<b@c', 'sip:a@b;x="y"', 'sip:a\u0000@b', 'tel:1 2', '1$:x', '<sip:a@b>',
  ])('refuses %j', (text) => {
    expect(() => parseUri(text)).toThrow(SipSyntaxError);
  });

  it.each([
    'sip:alice:secretword@atlanta.com;transport=tcp', 'sip:[2001:db8::10]:5070;lr', 'sips:a@b?subject=project%20x', 'tel:+1-201-555-0123', 'sip:cha%C3%AEne%20%E2%9C%93@example.com', 'sip:a%25b%40c@d',
  ])('writes %s again as it was', (text) => {
    expect(formatUri(parseUri(text))).toBe(text);
  });

  it('makes addresses of record out of any name (seed 4.22)', () => {
    const name = 'Caméra du salon @ 50% <b>;?&"';
    const uri = sipUri(name, '192.0.2.1', 5060);
    expect(uri).toMatch(/^sip:[\x21-\x7e]+@192\.0\.2\.1:5060$/);
    expect(parseUri(uri).user).toBe(name);
    expect(sipUri(undefined, '::1', undefined, new Parameters(['lr'], [true]))).toBe('sip:[::1];lr');
  });
});

describe('sameUri', () => {
  // The examples of RFC 3261 §19.1.4.
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    ['sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com', 'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com'],
    ['sip:alice@atlanta.com?subject=project%20x&priority=urgent', 'sip:alice@atlanta.com?priority=urgent&subject=project%20x'],
    ['tel:+1', 'TEL:+1'],
  ])('%s is %s', (one, other) => {
    expect(sameUri(one, other)).toBe(true);
    expect(sameUri(other, one)).toBe(true);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtlanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a@b', 'nonsense'],
    ['tel:1', 'isbn:1'],
  ])('%s is not %s', (one, other) => {
    expect(sameUri(one, other)).toBe(false);
    expect(sameUri(other, one)).toBe(false);
  });
});
