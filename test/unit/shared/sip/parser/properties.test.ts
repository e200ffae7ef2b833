import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipRequest, type SipResponse } from '../../../../../shared/sip/message/message.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { formatUri, parseUri } from '../../../../../shared/sip/message/uri.ts';
import { Parameters } from '../../../../../shared/sip/message/parameters.ts';
import { MalformedMessageError } from '../../../../../shared/sip/parser/malformed-message-error.ts';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import { validate } from '../../../../../shared/sip/parser/validate.ts';
import { serialize } from '../../../../../shared/sip/serializer/serializer.ts';

const TOKEN = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
const TEXT = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, ' ').trim());
const BODY = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
/** Header lines with their values, also folded and with compact or unknown names. */
const LINE = fc.record({
  name: fc.oneof(fc.constantFrom('Via', 'v', 'TO', 'f', 'Call-ID', 'CSeq', 'm', 'Route', 'subject'), TOKEN),
  colon: fc.constantFrom(':', ': ', ' \t:  '),
  value: fc.array(TEXT, { minLength: 1, maxLength: 3 }).map((parts) => parts.map((part) => part || 'x')),
});
const START = fc.oneof(
  fc.record({ method: TOKEN, user: TOKEN }).map(({ method, user }) => `${method} sip:${user.replaceAll(/[%`]/g, '')}@example.com SIP/2.0`),
  fc.record({ status: fc.integer({ min: 100, max: 699 }), reason: TEXT }).map(({ status, reason }) => `SIP/2.0 ${status} ${reason}`),
);
const MESSAGE = fc.record({ start: START, lines: fc.array(LINE, { maxLength: 20 }), body: BODY }).map(({ start, lines, body }) => {
  const header = lines.filter(({ name }) => !/^(l|content-length)$/i.test(name)).map(({ name, colon, value }) => `${name}${colon}${value.join('\r\n ')}`);
  return Buffer.concat([Buffer.from(`${[start, ...header].join('\r\n')}\r\n\r\n`), body]);
});

function content(message: SipRequest | SipResponse): unknown {
  const start = message instanceof SipRequest ? [message.method, message.uri] : [message.status, message.reason];
  return [start, [...message.headers.entries()].filter(([name]) => name !== 'Content-Length'), message.body.toString('hex')];
}

/** Parses and reads everything; whatever is wrong must be a SipSyntaxError. */
function survives(datagram: Buffer): void {
  try {
    validate(parseMessage(datagram));
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    if (error instanceof MalformedMessageError) serialize(error.partial);
  }
}

describe('the parser', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(MESSAGE, (datagram) => {
        const once = parseMessage(datagram);
        const twice = parseMessage(serialize(once));
        expect(content(twice)).toEqual(content(once));
        for (const [name, value] of twice.headers.entries()) twice.headers.set(name, value);
        expect(serialize(parseMessage(serialize(twice)))).toEqual(serialize(twice));
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but SipSyntaxError at random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => survives(Buffer.from(bytes))), { numRuns: 1_000 });
  });

  it('throws nothing but SipSyntaxError at damaged messages', () => {
    const damage = fc.record({ at: fc.nat(), remove: fc.nat({ max: 20 }), insert: fc.oneof(fc.constantFrom('\r\n', '"', '<', '>', ',', ';', '%', '\0', ' ', ':'), fc.string({ maxLength: 5 })) });
    fc.assert(
      fc.property(MESSAGE, fc.array(damage, { minLength: 1, maxLength: 4 }), (datagram, hits) => {
        let bytes = datagram;
        for (const { at, remove, insert } of hits) {
          const index = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, index), Buffer.from(insert), bytes.subarray(index + remove)]);
        }
        survives(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['commas', (n: number) => `Via: ${','.repeat(n)}`],
    ['quotes', (n: number) => `Contact: ${'"'.repeat(n)}`],
    ['escapes', (n: number) => `Contact: "${'\\'.repeat(n)}`],
    ['brackets', (n: number) => `Contact: ${'<'.repeat(n)}`],
    ['blanks', (n: number) => `Contact:${' '.repeat(n)}x`],
    ['parameters', (n: number) => `Contact: <sip:a@b>${';a'.repeat(n)}`],
    ['folds', (n: number) => `Subject: ${'\r\n x'.repeat(n / 40)}`],
    ['addresses', (n: number) => `Route: ${'<sip:a@b>,'.repeat(n / 10)}<sip:a@b>`],
    ['many lines', (n: number) => Array.from({ length: Math.min(240, n / 250) }, () => `Via: ${'SIP/2.0/UDP a,'.repeat(17)}SIP/2.0/UDP a`).join('\r\n')],
  ])('takes no more than 5 ms for any number of %s', (_, line) => {
    const datagram = Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\nFrom: <sip:a@b>;tag=1\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n${line(60_000)}\r\n\r\n`);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      survives(datagram);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe('URIs', () => {
  it('survive being written, whatever their parts', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => Buffer.from(text).toString() === text);
    const parameters = fc.dictionary(part.map((text) => text.toLowerCase()), part, { maxKeys: 3 });
    fc.assert(
      fc.property(part, fc.option(part, { nil: undefined }), parameters, (user, password, values) => {
        const uri = { scheme: 'sip', user, password, host: 'example.com', port: 5060, parameters: new Parameters(Object.keys(values), Object.values(values)), headers: new Map() };
        const read = parseUri(formatUri(uri));
        expect({ ...read, parameters: [...read.parameters] }).toEqual({ ...uri, parameters: Object.entries(values) });
      }),
    );
  });
});
