import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSdp } from '../../../../../shared/sdp/index.ts';
import { SipRequest, type SipResponse } from '../../../../../shared/sip/message/message.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { MalformedMessageError } from '../../../../../shared/sip/parser/malformed-message-error.ts';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import { validate } from '../../../../../shared/sip/parser/validate.ts';
import { serialize } from '../../../../../shared/sip/serializer/serializer.ts';
import { TORTURE, tortureDatagram, type TortureMessage } from '../../../../support/sip/torture.ts';

const VALID = TORTURE.filter(({ gives }) => gives === 'valid');

function read(message: TortureMessage): SipRequest | SipResponse {
  return parseMessage(tortureDatagram(message));
}

function byName(name: string): SipRequest | SipResponse {
  return read(TORTURE.find((message) => message.name === name)!);
}

/** What parsing and validating it together come to. */
function outcome(message: TortureMessage): TortureMessage['gives'] {
  try {
    const parsed = read(message);
    validate(parsed);
    return 'valid';
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    const isResponse = tortureDatagram(message).toString('latin1').startsWith('SIP/');
    return isResponse ? 'dropped' : (error.status as TortureMessage['gives']);
  }
}

/** Start line, headers and body as a reader sees them. */
function content(message: SipRequest | SipResponse): unknown {
  const start = message instanceof SipRequest ? [message.method, message.uri] : [message.status, message.reason];
  return { start, headers: [...message.headers.entries()], body: message.body };
}

describe('the torture messages of RFC 4475 and RFC 5118', () => {
  it('are all there, and each file has its row', () => {
    for (const rfc of ['rfc4475', 'rfc5118']) {
      const files = readdirSync(new URL(`../../../../fixtures/torture/${rfc}`, import.meta.url)).map((file) => file.replace(/\.dat$/, ''));
      expect(TORTURE.filter((message) => message.rfc === rfc).map((message) => message.name).sort()).toEqual(files.sort());
    }
    expect(TORTURE).toHaveLength(49 + 12);
  });

  it.each(TORTURE.map((message) => [message.rfc, message.section, message.name, message] as const))('%s §%s %s gives what it must', (_, __, ___, message) => {
    expect(outcome(message)).toBe(message.gives);
  });

  it.each(VALID.map((message) => [message.name, message] as const))('%s is the same after a round trip', (_, message) => {
    const once = read(message);
    const bytes = serialize(once);
    const twice = parseMessage(bytes);
    expect(content(twice)).toEqual({ ...(content(once) as object), headers: [...once.headers.entries(), ...(once.headers.has('l') ? [] : [['Content-Length', String(once.body.length)]])] });
    if (message.trailing !== true && once.headers.has('l')) expect(bytes).toEqual(tortureDatagram(message));
    // Written out anew from what was read, it is still the same.
    for (const name of new Set([...twice.headers.entries()].map(([header]) => header))) {
      const values = twice.headers.all(name);
      twice.headers.delete(name);
      for (const value of values) twice.headers.append(name, value);
    }
    const sorted = (pairs: Iterable<[string, string]>): string[] => [...pairs].map((pair) => pair.join(': ')).sort();
    expect(sorted(parseMessage(serialize(twice)).headers.entries())).toEqual(sorted(parseMessage(bytes).headers.entries()));
  });

  it.each(TORTURE.filter(({ gives }) => gives === 400 || gives === 505).map((message) => [message.name, message] as const))('%s can be answered', (_, message) => {
    let request: SipRequest | SipResponse | undefined;
    try {
      request = read(message);
    } catch (error) {
      request = error instanceof MalformedMessageError ? error.partial : undefined;
    }
    expect(request).toBeInstanceOf(SipRequest);
    expect(request?.headers.has('Via')).toBe(true);
    expect(request?.headers.has('CSeq')).toBe(true);
  });
});

describe('what the torture messages say', () => {
  it('wsinv', () => {
    const message = byName('wsinv');
    expect(message.to).toMatchObject({ uri: 'sip:vivekg@chair-dnrc.example.com', tag: '1918181833n' });
    expect(message.from).toMatchObject({ displayName: 'J Rosenberg \\"', tag: '98asjd8' });
    expect(message).toMatchObject({ maxForwards: 68, cseq: { number: 9, method: 'INVITE' } });
    expect(message.vias.map((via) => [via.transport, via.host, via.branch])).toEqual([['UDP', '192.0.2.2', '390skdjuw'], ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'], ['UDP', '192.168.255.111', 'z9hG4bK30239']]);
    expect(message.headers.get('Subject')).toBe('');
    expect(message.headers.get('NewFangledHeader')).toBe('newfangled value continued newfangled value');
    expect(message.headers.get('UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;');
    expect(message.contacts).toMatchObject([{ displayName: 'Quoted string ""', q: 0.33 }]);
    expect([...(message.routes[0]?.parsedUri().parameters ?? [])]).toEqual([['lr', true], ['unknownwith', 'value'], ['unknown-no-value', true]]);
  });

  it('intmeth', () => {
    const message = byName('intmeth') as SipRequest;
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.parsedUri()).toMatchObject({ user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)" });
    expect(message.to.displayName).toBe('BEL:\u0007 NUL:\u0000 DEL:\u007f');
    expect(message.from.parameters.get("fromparam''~+*_!.-%")).toBe('работающий');
    expect(message.headers.get("extensionHeader-!.%*+_`'~")).toBe('\ufeff大停電');
  });

  it('esc01, escnull and esc02', () => {
    const escaped = byName('esc01') as SipRequest;
    expect(escaped.parsedUri()).toMatchObject({ user: 'sips:user@example.com', host: 'example.net' });
    expect([escaped.to.parsedUri().user, escaped.from.parsedUri().user]).toEqual(['user', 'I have spaces']);
    const [contact] = escaped.contacts;
    expect(typeof contact === 'object' && [...contact.parsedUri().parameters]).toEqual([['lr', true], ['name', 'value%41']]);
    const { contacts } = byName('escnull');
    expect(contacts !== '*' && contacts.map((address) => address.parsedUri().user)).toEqual(['\0', '\0\0']);
    const method = byName('esc02') as SipRequest;
    expect([method.method, method.to.displayName, method.contacts.length]).toEqual(['RE%47IST%45R', '%Z%45', 2]);
  });

  it('the others of §3.1.1', () => {
    expect(byName('lwsdisp').from.displayName).toBe('caller');
    expect(byName('longreq').vias).toHaveLength(34);
    expect(byName('dblreq').body).toHaveLength(0);
    expect((byName('semiuri') as SipRequest).parsedUri().user).toBe('user;par=u@example.net');
    expect(byName('transports').vias.map((via) => via.transport)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']);
    expect(byName('mpart01').body).toHaveLength(553);
    expect(byName('mpart01').body.includes(0)).toBe(true);
    expect(byName('unreason')).toMatchObject({ status: 200, reason: '= 2**3 * 5**2 но сто девяносто девять - простое' });
    expect(byName('noreason')).toMatchObject({ status: 100, reason: '' });
  });

  it('contacts with parameters and headers', () => {
    const contact = (name: string): unknown => {
      const { contacts } = byName(name);
      return contacts === '*' ? [] : contacts.map((address) => [address.parameters.has('unknownparam'), address.parsedUri().parameters.has('unknownparam'), address.parsedUri().headers.get('route')]);
    };
    expect(contact('cparam01')).toEqual([[true, false, undefined]]);
    expect(contact('cparam02')).toEqual([[false, true, undefined]]);
    expect(contact('regescrt')).toEqual([[false, false, '<sip:sip.example.com>']]);
  });

  it('inv2543: no tag, no branch, no Max-Forwards, no Content-Length', () => {
    const message = byName('inv2543');
    expect([message.from.tag, message.topVia.branch, message.maxForwards, message.body.length]).toEqual([undefined, undefined, 70, 105]);
  });

  it('RFC 5118', () => {
    const uri = (name: string): unknown => {
      const { host, port } = (byName(name) as SipRequest).parsedUri();
      return [host, port];
    };
    expect(uri('ipv6-good')).toEqual(['2001:db8::10', undefined]);
    expect(uri('port-ambiguous')).toEqual(['2001:db8::10:5070', undefined]);
    expect(uri('port-unambiguous')).toEqual(['2001:db8::10', 5070]);
    expect(uri('ipv6-bug-abnf-3-colons')).toEqual(uri('ipv6-correct-abnf-2-colons'));
    for (const name of ['via-received-param-with-delim', 'via-received-param-no-delim']) expect(byName(name).topVia.received).toBe('2001:db8::9:255');
    expect(byName('mult-ip-in-header').vias.map(({ host, port, received }) => [host, port, received])).toEqual([['2001:db8::9:1', 6050, undefined], ['192.0.2.1', undefined, undefined], ['2001:db8::9:255', undefined, '192.0.2.200']]);
    expect(byName('ipv4-mapped-ipv6').topVia).toMatchObject({ host: '::ffff:192.0.2.10', port: 19823 });
    for (const name of ['ipv6-in-sdp', 'mult-ip-in-sdp', 'ipv4-mapped-ipv6']) expect(parseSdp(byName(name).bodyText()).media).toHaveLength(2);
  });
});
