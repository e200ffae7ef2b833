import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CpimError, formatCpim, parseCpim } from '../../../../shared/cpim/cpim.ts';

const ANA = 'sip:ana@example.com';
const ROOM = 'sip:room-tea@example.com';

describe('A CPIM message', () => {
  it('says who speaks to whom, when, and what (seed 2.10)', () => {
    const text = formatCpim({ from: ANA, to: ROOM, dateTime: '2026-11-30T12:00:00.000Z', text: 'Hello\r\n\r\nthere' });
    expect(text).toBe(`From: <${ANA}>\r\nTo: <${ROOM}>\r\nDateTime: 2026-11-30T12:00:00.000Z\r\n\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n\r\nthere`);
    expect(parseCpim(text)).toEqual({ from: ANA, to: ROOM, dateTime: '2026-11-30T12:00:00.000Z', contentType: 'text/plain', text: 'Hello\r\n\r\nthere' });
  });

  it('is read as RFC 3862 §5.1 shows it', () => {
    const message = [
      'From: MR SANDERS <im:piglet@100akerwood.com>',
      'To: Depressed Donkey <im:eeyore@100akerwood.com>',
      'To: "A second one" <im:roo@100akerwood.com>',
      'DateTime: 2000-12-13T13:40:00-08:00',
      'Subject: the weather will be fine today',
      'NS: MyFeatures <mid:MessageFeatures@id.foo.com>',
      'Require: MyFeatures.VitalMessageOption',
      '',
      'Content-type: text/xml; charset=utf-8',
      'Content-ID: <1234567890@foo.com>',
      '',
      '<body/>',
    ].join('\r\n');
    expect(parseCpim(message)).toEqual({ from: 'im:piglet@100akerwood.com', to: 'im:eeyore@100akerwood.com', dateTime: '2000-12-13T13:40:00-08:00', contentType: 'text/xml', text: '<body/>' });
  });

  it('need not say from whom and to whom', () => {
    expect(parseCpim('Subject: none\n\nContent-Type: text/plain\n\nhi')).toEqual({ from: '', to: '', dateTime: undefined, contentType: 'text/plain', text: 'hi' });
  });

  it('carries every text as it is (seed 4.22)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(parseCpim(formatCpim({ from: ANA, to: ROOM, text })).text).toBe(text);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a text alone', 'hello'],
    ['no content', `From: <${ANA}>\r\n\r\n`],
    ['a header without name', `From: <${ANA}>\r\n: x\r\n\r\nContent-Type: text/plain\r\n\r\nx`],
    ['a From that is no URI', 'From: ana\r\n\r\nContent-Type: text/plain\r\n\r\nx'],
    ['a To with a blank in it', `To: <sip:bo b@example.com>\r\n\r\nContent-Type: text/plain\r\n\r\nx`],
    ['more than it may have', `From: <${ANA}>\r\n\r\nContent-Type: text/plain\r\n\r\n${'x'.repeat(70_000)}`],
  ])('is not %s', (_, message) => {
    expect(() => parseCpim(message)).toThrow(CpimError);
  });

  it('is not written with what would break it', () => {
    expect(() => formatCpim({ from: 'sip:a@b>\r\nTo: <sip:c@d', to: ROOM, text: '' })).toThrow(CpimError);
    expect(() => formatCpim({ from: ANA, to: ROOM, dateTime: 'now\r\nX: y', text: '' })).toThrow(CpimError);
  });

  it('reads hostile text in linear time', () => {
    const started = performance.now();
    for (const text of ['<'.repeat(65_000), `From: ${'<a'.repeat(30_000)}\r\n\r\n\r\n\r\n`, 'a:\n'.repeat(20_000)]) expect(() => parseCpim(text)).toThrow(CpimError);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
