import { describe, expect, it } from 'vitest';
import { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { MAX_DATAGRAM_BYTES, MAX_HEADER_LINES, MAX_LINE_LENGTH } from '../../../../../shared/sip/parser/limits.ts';
import { MalformedMessageError } from '../../../../../shared/sip/parser/malformed-message-error.ts';
import { isKeepAlive, parseMessage } from '../../../../../shared/sip/parser/parser.ts';

const HEADERS = [
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776;rport',
  'Max-Forwards: 70',
  'From: "Alice" <sip:alice@example.com>;tag=1928301774',
  'To: Bob <sip:bob@example.com>',
  'Call-ID: a84b4c76e66710@192.0.2.1',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@192.0.2.1>',
];

function datagram(headers: readonly string[], body = '', start = 'INVITE sip:bob@example.com SIP/2.0'): Buffer {
  return Buffer.from(`${[start, ...headers].join('\r\n')}\r\n\r\n${body}`);
}

function request(headers: readonly string[], body = ''): SipRequest {
  const message = parseMessage(datagram(headers, body));
  if (!(message instanceof SipRequest)) throw new Error('expected a request');
  return message;
}

function partial(error: SipSyntaxError): SipRequest | SipResponse | undefined {
  return error instanceof MalformedMessageError ? error.partial : undefined;
}

function syntaxError(of: Buffer): SipSyntaxError {
  try {
    parseMessage(of);
  } catch (error) {
    if (error instanceof SipSyntaxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseMessage', () => {
  it('reads a request', () => {
    const message = request(HEADERS);
    expect(message.method).toBe('INVITE');
    expect(message.uri).toBe('sip:bob@example.com');
    expect(message.parsedUri()).toMatchObject({ user: 'bob', host: 'example.com' });
    expect(message.callId).toBe('a84b4c76e66710@192.0.2.1');
    expect(message.cseq).toEqual({ number: 314159, method: 'INVITE' });
    expect(message.from).toMatchObject({ displayName: 'Alice', uri: 'sip:alice@example.com', tag: '1928301774' });
    expect(message.to).toMatchObject({ displayName: 'Bob', tag: undefined });
    expect(message.topVia).toMatchObject({ transport: 'UDP', host: '192.0.2.1', port: 5060, branch: 'z9hG4bK776', rport: true });
    expect(message.maxForwards).toBe(70);
    expect(message.body).toHaveLength(0);
  });

  it('reads a response, with or without a reason phrase', () => {
    const ringing = parseMessage(datagram(HEADERS, '', 'SIP/2.0 180 Ça sonne'));
    expect(ringing).toBeInstanceOf(SipResponse);
    expect(ringing).toMatchObject({ status: 180, reason: 'Ça sonne' });
    expect(parseMessage(datagram(HEADERS, '', 'SIP/2.0 100 '))).toMatchObject({ status: 100, reason: '' });
    expect(parseMessage(datagram(HEADERS, '', 'SIP/2.0 100'))).toMatchObject({ status: 100, reason: '' });
  });

  it.each(['SIP/2.0 99 x', 'SIP/2.0 4294967301 better not', 'SIP/2.0 700 x', 'SIP/2.0 abc x', 'SIP/2.0'])('refuses the status line %j', (line) => {
    expect(syntaxError(datagram(HEADERS, '', line)).status).toBe(400);
  });

  it('answers 505 to another version, and still says what the request was', () => {
    const error = syntaxError(datagram(HEADERS, '', 'INVITE sip:bob@example.com SIP/7.0'));
    expect(error.status).toBe(505);
    expect(partial(error)).toMatchObject({ method: 'INVITE', callId: 'a84b4c76e66710@192.0.2.1' });
  });

  it('takes the version in any case', () => {
    expect(parseMessage(datagram(HEADERS, '', 'INVITE sip:bob@example.com sip/2.0'))).toBeInstanceOf(SipRequest);
    expect(parseMessage(datagram(HEADERS, '', 'sip/2.0 200 OK'))).toMatchObject({ status: 200 });
  });

  it.each([
    'INVITE  sip:bob@example.com SIP/2.0',
    'INVITE sip:bob@example.com  SIP/2.0',
    'INVITE sip:bob@example.com SIP/2.0 ',
    'INVITE sip:bob@example.com; lr SIP/2.0',
    'INVITE sip:bob@example.com',
    'INVITE',
  ])('refuses the request line %j with a partial message that can be answered', (line) => {
    const error = syntaxError(datagram(HEADERS, '', line));
    expect(error.status).toBe(400);
    expect(partial(error)).toMatchObject({ method: 'INVITE', callId: 'a84b4c76e66710@192.0.2.1' });
  });

  it('understands compact forms and names in any case', () => {
    const message = request(['v: SIP/2.0/UDP a;branch=z9hG4bK1', 'F: <sip:a@b>;tag=1', 't: <sip:c@d>', 'I: id', 'cseq: 1 INVITE', 'm: <sip:e@f>', 'c: Application/SDP ;x=y', 'l: 2'], 'hi');
    expect(message.topVia.branch).toBe('z9hG4bK1');
    expect(message.from.tag).toBe('1');
    expect(message.callId).toBe('id');
    expect(message.contentType).toBe('application/sdp');
    expect(message.bodyText()).toBe('hi');
    expect([...message.headers.entries()].map(([name]) => name)).toEqual(['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Content-Type', 'Content-Length']);
  });

  it('unfolds lines to one space', () => {
    const message = request([...HEADERS, 'Subject: I know  \r\n\t you are\r\n  there', 'X-Empty :\r\n ']);
    expect(message.headers.get('Subject')).toBe('I know you are there');
    expect(message.headers.get('x-empty')).toBe('');
  });

  it('reads several values of one header, in one line or several', () => {
    const message = request(['Via: SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b:5061;branch=2', 'v: SIP / 2.0 / TLS [::1]:7 ; branch = 3', 'Contact: "a, b" <sip:a@b;x=1,2>;q=0.5, <sip:c@d?x=y>', ...HEADERS.slice(1, 6)]);
    expect(message.vias.map(({ transport, host, port, branch }) => [transport, host, port, branch])).toEqual([['UDP', 'a', undefined, '1'], ['TCP', 'b', 5061, '2'], ['TLS', '::1', 7, '3']]);
    expect(message.contacts).toMatchObject([{ displayName: 'a, b', uri: 'sip:a@b;x=1,2', q: 0.5 }, { uri: 'sip:c@d?x=y', q: 1 }]);
  });

  describe('Content-Length', () => {
    it('is taken to the end of the datagram where it is missing', () => {
      expect(request(HEADERS, 'to the end').bodyText()).toBe('to the end');
    });

    it('cuts what follows', () => {
      expect(request([...HEADERS, 'Content-Length: 4'], 'bodyINVITE sip:x SIP/2.0').bodyText()).toBe('body');
    });

    it.each(['9', '-999', '4294967297', '1e1', '', '3;a', '99999999999999999999999999999999999999999'])('refuses %j for four bytes', (value) => {
      const error = syntaxError(datagram([...HEADERS, `Content-Length: ${value}`], 'body'));
      expect(error).toMatchObject({ status: 400, header: 'Content-Length' });
      expect(partial(error)).toMatchObject({ method: 'INVITE', callId: 'a84b4c76e66710@192.0.2.1' });
    });
  });

  it('skips line breaks before the message', () => {
    expect(parseMessage(Buffer.concat([Buffer.from('\r\n\r\n'), datagram(HEADERS)]))).toBeInstanceOf(SipRequest);
  });

  it('knows keep-alives', () => {
    for (const text of ['', '\r\n', '\r\n\r\n', '\0\0\0\0']) expect(isKeepAlive(Buffer.from(text))).toBe(true);
    expect(isKeepAlive(datagram(HEADERS))).toBe(false);
    expect(partial(syntaxError(Buffer.from('\r\n\r\n')))).toBeUndefined();
  });

  it.each([
    ['no empty line', `INVITE sip:b@c SIP/2.0\r\n${HEADERS.join('\r\n')}`],
    ['a line without colon', datagram([...HEADERS, 'nonsense']).toString()],
    ['a name that is no token', datagram([...HEADERS, 'a b: c']).toString()],
    ['an empty name', datagram([...HEADERS, ': c']).toString()],
    ['a bare LF', datagram([...HEADERS, 'Subject: a\nX-Injected: b']).toString()],
    ['a bare CR', datagram([...HEADERS, 'Subject: a\rX-Injected: b']).toString()],
  ])('refuses %s, and keeps what it could read', (_, text) => {
    expect(partial(syntaxError(Buffer.from(text)))).toMatchObject({ method: 'INVITE', callId: 'a84b4c76e66710@192.0.2.1' });
  });

  it.each(['\x01\x02', 'GET / HTTP/1.1\r\n', '{"json": true}', ' INVITE sip:a@b SIP/2.0', '\xff\xfe'])('refuses %j', (text) => {
    expect(syntaxError(Buffer.from(text, 'latin1')).status).toBe(400);
  });

  it('bounds lines, their number and the datagram', () => {
    expect(syntaxError(datagram([...HEADERS, `Subject: ${'x'.repeat(MAX_LINE_LENGTH)}`])).status).toBe(400);
    expect(syntaxError(datagram([...HEADERS, ...Array.from({ length: MAX_HEADER_LINES }, () => 'Subject: x')])).status).toBe(513);
    expect(syntaxError(datagram([...HEADERS, `Subject: x${'\r\n x'.repeat(MAX_HEADER_LINES)}`])).status).toBe(513);
    expect(syntaxError(datagram(HEADERS, 'x'.repeat(MAX_DATAGRAM_BYTES))).status).toBe(513);
  });

  it('reads UTF-8 in names, reasons and bodies, and binary bodies byte for byte (seed 4.22)', () => {
    const message = request(['From: Zoë Ångström <sip:zo%C3%AB@example.com>;tag=1', ...HEADERS.filter((line) => !line.startsWith('From'))], 'naïve');
    expect(message.from.displayName).toBe('Zoë Ångström');
    expect(message.from.parsedUri().user).toBe('zoë');
    expect(message.bodyText()).toBe('naïve');
    const binary = Buffer.from([0xff, 0, 0xfe, 13, 10, 13, 10]);
    expect(parseMessage(Buffer.concat([datagram(HEADERS), binary])).body).toEqual(binary);
  });
});
